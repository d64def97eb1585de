import Testing

@testable import MicroGPTAnalysis

@Suite struct PlotTests {
  @Test func theStepsBeginAtZeroWhereThatIsNear() {
    func steps(_ first: Int, _ last: Int) -> ClosedRange<Double> {
      Plot(
        LossCurve(training: points([first: 1, last: 2]), validation: []),
        isRawShown: true
      ).steps
    }
    #expect(steps(1, 1_000) == 0...1_000)
    #expect(steps(1, 5) == 1...5)
    #expect(steps(500, 1_000) == 500...1_000)
    #expect(steps(7, 7) == 6...8)
    #expect(steps(0, 0) == 0...1)
  }

  @Test func oneSpikeDoesNotPressTheRestTogether() {
    let losses = [26] + (1..<1_000).map { 2 + 100 / Double(100 + $0) }
    let plot = Plot(
      LossCurve(training: points(losses), validation: []), isRawShown: false)
    #expect(plot.losses.upperBound < 3.1 && plot.losses.lowerBound < 2.1)
    #expect(plot.hiddenCount == losses.count { !plot.losses.contains($0) })
    #expect(plot.hiddenCount > 0)
    #expect(plot.y(26) == 1.25)
    // A rise at the end is no spike, nor is a descent.
    let rise = Plot(
      LossCurve(
        training: points((0..<1_000).map { 3 - 0.002 * Double($0) }),
        validation: points([500: 2, 1_000: 9])), isRawShown: false)
    #expect(rise.hiddenCount == 0 && rise.note == nil)
    #expect(rise.losses.contains(9) && rise.losses.contains(1.002))
  }

  @Test func equalLossesHaveSomeHeight() {
    for loss in [0, 2.5, -3, 1e30] {
      let plot = Plot(
        LossCurve(training: points([1: loss, 2: loss]), validation: []),
        isRawShown: true)
      #expect(plot.losses.lowerBound < loss && loss < plot.losses.upperBound)
      #expect(abs(plot.y(loss) - 0.5) < 1e-9)
      #expect(Ticks(plot.losses, atMost: 7, isWhole: false).values.count > 1)
    }
  }

  @Test func headingsAreHarmless() {
    #expect(heading("names.jsonl") == "names.jsonl")
    #expect(heading("a\u{1b}[31m\n\u{202e}b\u{ffff}") == "a�[31m��b�")
    #expect(
      heading(String(repeating: "é", count: 61))
        == String(repeating: "é", count: 60) + "…")
  }
}
