import MicroGPTTraining
import Testing

@Suite struct MemorizationTests {
  /// The state of a run with these losses of training, one a step, and of
  /// validation, one every tenth step.
  private func state(
    training: (Int) -> Double, validation: [Double]
  ) throws -> TrainingState {
    var state = TrainingState(
      options: try TrainingOptions(
        validationFraction: 0.5, validationInterval: 10), document: .lines,
      dataDigest: nil)
    for loss in validation {
      for _ in 0..<10 { state.record(loss: training(state.completedSteps)) }
      state.record(validationLoss: loss)
    }
    return state
  }

  @Test func risingValidationWhileTrainingFallsIsTold() throws {
    let falling = { 3 / Double($0 + 1) }
    #expect(
      try state(training: falling, validation: [3, 2, 2.1, 2.2]).memorization
        == nil)
    let found = try #require(
      try state(training: falling, validation: [3, 2, 2.1, 2.05, 2.3])
        .memorization)
    #expect(found.best.step == 20 && found.best.loss == 2)
    #expect(found.last.step == 50 && found.last.loss == 2.3)
    #expect(found.validationCount == 3)
    #expect(found.trainingLoss < found.trainingLossAtBest)
  }

  @Test func lossesThatSettleOrRiseTogetherAreNot() throws {
    let settled = [3, 2, 2.01, 2.005, 2.012, 2.01]
    #expect(
      try state(training: { 3 / Double($0 + 1) }, validation: settled)
        .memorization == nil)
    #expect(
      try state(training: { Double($0) }, validation: [3, 2, 2.5, 3, 4])
        .memorization == nil)
    #expect(
      try state(training: { _ in 1 }, validation: []).memorization == nil)
  }
}
