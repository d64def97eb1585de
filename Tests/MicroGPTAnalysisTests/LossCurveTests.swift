import MicroGPTAnalysis
import MicroGPTFormat
import Testing

@Suite struct LossCurveTests {
  @Test func pointsAreSortedAndTheLastOfAStepCounts() {
    let curve = LossCurve(
      training: points([3: 1, 1: 2, 3: 4, 2: 5, 1: 6]),
      validation: points([1: 1, 2: 2]))
    #expect(curve.training == points([1: 6, 2: 5, 3: 4]))
    #expect(curve.validation == points([1: 1, 2: 2]))
  }

  @Test func whatCannotBeDrawnIsLeftOut() {
    let curve = LossCurve(
      training: points([
        -1: 1, 1: .nan, 2: .infinity, 3: -.infinity, 4: 2e30, 5: 5, .max: 1,
      ]), validation: [])
    #expect(curve.training == points([5: 5]))
    #expect(!curve.isEmpty)
    #expect(LossCurve(training: points([1: .nan]), validation: []).isEmpty)
  }

  @Test func labelsGiveWhatBothHave() throws {
    let labels = try Properties([
      "history_steps": .integers([1, 2, 3, .max]),
      "history_loss": .numbers([3, 2, 1]),
      "history_validation_steps": .integers([3]),
      "history_validation_loss": .numbers([2.5, 2.25]),
      "train_loss": .numbers([1]),
    ])
    let curve = LossCurve(labels: labels)
    #expect(curve.training == points([1: 3, 2: 2, 3: 1]))
    #expect(curve.validation == points([3: 2.5]))
  }

  @Test func withoutAHistoryThereIsNoCurve() throws {
    #expect(LossCurve(labels: nil).isEmpty)
    #expect(
      LossCurve(labels: try Properties(["history_steps": .integers([1])]))
        .isEmpty)
    // An unknown program may have written another form.
    let other = try Properties([
      "history_steps": .text("1"), "history_loss": .numbers([1]),
    ])
    #expect(LossCurve(labels: other).isEmpty)
  }
}
