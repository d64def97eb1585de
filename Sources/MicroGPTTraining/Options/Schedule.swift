/// The course of the learning rate after the warm-up.
public enum Schedule: String, Sendable, CaseIterable {
  /// Falls evenly, as microgpt.py's.
  case linear
  /// Falls along half a wave of the cosine (Loshchilov & Hutter 2017).
  case cosine
  /// Stays as it is.
  case constant
}

extension TrainingOptions {
  /// The learning rate of a step.
  ///
  /// It rises evenly over the steps of the warm-up, the first of which has a
  /// part of it already; then it falls from its greatest to the least, which
  /// the step after the last would have.
  ///
  /// - Parameter step: The number of steps before it, below ``TrainingOptions/stepCount``.
  /// - Returns: The rate, the same bits on any machine.
  public func learningRate(ofStep step: Int) -> Double {
    if step < warmupSteps {
      return learningRate * (Double(step + 1) / Double(warmupSteps + 1))
    }
    let progress =
      Double(step - warmupSteps) / Double(stepCount - warmupSteps)
    let share =
      switch schedule {
      case .linear: 1 - progress
      case .cosine: 0.5 + 0.5 * cosine(halfTurns: progress)
      case .constant: 1.0
      }
    return minimumLearningRate
      + (learningRate - minimumLearningRate) * share
  }
}

/// The cosine of a number of half turns from 0 to 1: of π times the number.
///
/// The C libraries do not agree on its last bit, on which checkpoints would
/// depend. A Taylor series around the quarter turn is off by at most 1e-13.
func cosine(halfTurns: Double) -> Double {
  let angle = (0.5 - halfTurns) * Double.pi
  let square = angle * angle
  // The sine of the rest to a quarter turn: Σ (−1)ⁿ angle²ⁿ⁺¹ / (2n + 1)!
  var term = angle
  var sum = angle
  for index in 1...9 {
    term *= -square / Double(2 * index * (2 * index + 1))
    sum += term
  }
  return sum
}
