import MicroGPTAnalysis
import Testing

@Suite struct LossLogIndexTests {
  /// The lines that stay of a log whose run goes on after a step.
  private func kept(_ lines: [String], after step: Int) -> [String] {
    var index = LossLogIndex()
    for line in lines {
      var text = line + "\n"
      text.withUTF8 { index.append(UnsafeRawBufferPointer($0)) }
    }
    #expect(index.count == lines.count)
    return zip(lines, index.isStale(after: step)).filter { !$0.1 }.map(\.0)
  }

  private func loss(_ step: Int, _ loss: Double = 1) -> String {
    "{\"step\":\(step),\"loss\":\(loss)}"
  }

  private func validation(_ step: Int) -> String {
    "{\"step\":\(step),\"validation_loss\":2}"
  }

  @Test func stepsAfterTheSaveGo() {
    let lines = (1...6).map { loss($0) } + [validation(6)]
    #expect(kept(lines, after: 4) == (1...4).map { loss($0) })
    #expect(kept(lines, after: 6) == lines)
    #expect(kept(lines, after: 0) == [])
    #expect(kept(lines, after: .max) == lines)
    #expect(kept([], after: 3) == [])
  }

  @Test func validationsHaveStepsOfTheirOwn() {
    let lines = [loss(1), loss(2), validation(2), loss(3), loss(4)]
    #expect(kept(lines, after: 2) == Array(lines.prefix(3)))
  }

  /// As a log that was mended before such lines were taken away.
  @Test func whatWasWrittenTwiceStaysOnce() {
    let lines = [
      loss(1), loss(2, 7), loss(3, 7), validation(3), loss(2), loss(3),
      validation(3), loss(4),
    ]
    #expect(
      kept(lines, after: 3) == [loss(1), loss(2), loss(3), validation(3)])
  }

  @Test func linesOfOthersStay() {
    let foreign = [
      "", "# a note", "{\"event\":\"pause\",\"step\":9}", "[9]",
      "{\"step\":9,\"lo", "{\"loss\":1}",
    ]
    #expect(
      kept([loss(1)] + foreign + [loss(9)] + foreign, after: 1)
        == [loss(1)] + foreign + foreign)
    var index = LossLogIndex()
    index.appendForeign()
    #expect(index.isStale(after: 0) == [false])
  }
}
