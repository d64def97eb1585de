/// How a run gets worse while it seems to get better: the loss over what is held
/// out rises as that of training falls, since the model learns the data by
/// heart.
public struct Memorization: Sendable, Hashable {
  /// The best validation.
  public let best: TrainingState.Best
  /// The last validation.
  public let last: TrainingState.Best
  /// The number of validations since the best one.
  public let validationCount: Int
  /// The mean loss of training up to the best validation.
  public let trainingLossAtBest: Double
  /// The mean loss of training now.
  public let trainingLoss: Double

  /// The validations after the best one that it takes: fewer may be chance.
  public static let minimumValidationCount = 3
  /// How much worse the last of them is, as a share of the best: a loss that has
  /// settled goes up and down by less.
  public static let minimumRise = 0.01
}

extension TrainingState {
  /// Whether the run memorizes its data, as far as its losses say.
  public var memorization: Memorization? {
    guard let best, let step = validationSteps.last,
      let loss = validationLosses.last,
      loss > best.loss * (1 + Memorization.minimumRise)
    else { return nil }
    let interval = options.validationInterval
    let count = step / interval - best.step / interval
    guard count >= Memorization.minimumValidationCount,
      let before = trainingLoss(upTo: best.step), meanLoss < before
    else { return nil }
    return Memorization(
      best: best, last: Best(step: step, loss: loss), validationCount: count,
      trainingLossAtBest: before, trainingLoss: meanLoss)
  }

  /// The mean loss of the last 100 steps up to a step, or of some more where the
  /// history is coarse; `nil` if there is none.
  private func trainingLoss(upTo step: Int) -> Double? {
    guard let history, let end = history.steps.firstIndex(where: { $0 >= step })
    else { return nil }
    let first = step - Self.recentLimit
    let start = history.steps.firstIndex { $0 > first } ?? end
    let losses = history.losses[min(start, end)...end]
    return losses.reduce(0, +) / Double(losses.count)
  }
}
