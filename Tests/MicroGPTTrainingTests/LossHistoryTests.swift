import Testing

@testable import MicroGPTTraining

@Suite struct LossHistoryTests {
  /// Means over stretches, computed from all losses at once.
  private func expected(
    _ losses: [Double]
  ) -> (steps: [Int], losses: [Double]) {
    var stretch = 1
    while (losses.count + stretch - 1) / stretch > LossHistory.maximumPointCount
    {
      stretch *= 2
    }
    var (steps, means): ([Int], [Double]) = ([], [])
    for start in stride(from: 0, to: losses.count, by: stretch) {
      let end = min(start + stretch, losses.count)
      steps.append(end)
      means.append(losses[start..<end].reduce(0, +) / Double(end - start))
    }
    return (steps, means)
  }

  @Test(arguments: [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 5000, 12_345])
  func pointsAreMeansOverEqualStretches(count: Int) {
    let losses = (0..<count).map { 5 / Double($0 + 1) + Double($0 % 7) }
    var history = LossHistory()
    for loss in losses { history.append(loss) }
    let expected = expected(losses)
    #expect(history.steps == expected.steps)
    #expect(history.losses.count == expected.losses.count)
    for (mean, other) in zip(history.losses, expected.losses) {
      #expect(abs(mean - other) < 1e-12)
    }
  }

  @Test func itGoesOnFromAnyStepToTheSameBits() throws {
    let losses = (0..<700).map { 3 / Double($0 % 13 + 1) }
    var whole = LossHistory()
    for (index, loss) in losses.enumerated() {
      whole = try #require(
        LossHistory(
          steps: whole.steps, losses: whole.losses, completedSteps: index))
      whole.append(loss)
    }
    var other = LossHistory()
    for loss in losses { other.append(loss) }
    #expect(whole == other)
  }

  @Test(arguments: [
    ([], [], 1), ([1], [1], 2), ([2, 1], [1, 1], 2), ([1, 2], [1], 2),
    ([0], [1], 0), ([5], [1], 2), ([1, 3], [1, 1], 3),
    ([Int.max], [1], Int.max - 1), (Array(1...257), [], 257),
  ])
  func whatIsNoHistoryIsRefused(
    steps: [Int], losses: [Double], completed: Int
  ) {
    #expect(
      LossHistory(steps: steps, losses: losses, completedSteps: completed)
        == nil)
  }
}
