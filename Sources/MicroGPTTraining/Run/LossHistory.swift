/// The losses of a run, in a bounded number of points.
///
/// A point is the mean over a stretch of steps, all stretches but the last of
/// one length; when there are too many points, each two become one. So the
/// history follows from the losses alone, wherever a run was interrupted.
public struct LossHistory: Sendable, Hashable {
  /// The last step of each point's stretch, counted from 1.
  public private(set) var steps: [Int] = []
  /// The mean loss over each stretch, in nats a token.
  public private(set) var losses: [Double] = []

  /// The maximum number of points.
  public static let maximumPointCount = 256

  /// Creates a history without points.
  public init() {}

  /// Takes up a stored history; `nil` if a run of so many steps would have
  /// recorded other points.
  init?(steps: [Int], losses: [Double], completedSteps: Int) {
    let expected =
      completedSteps == 0
      ? [] : Self.ends(completedSteps, stretch: steps.first ?? 0)
    guard steps == expected, losses.count == steps.count else { return nil }
    self.steps = steps
    self.losses = losses
  }

  /// Takes in the loss of the next step.
  mutating func append(_ loss: Double) {
    let step = (steps.last ?? 0) + 1
    let stretch = steps.first ?? 1
    if (step - 1).isMultiple(of: stretch) {
      if steps.count == Self.maximumPointCount { halve() }
      steps.append(step)
      losses.append(loss)
    } else {
      // A running mean needs nothing but itself to go on.
      let last = steps.count - 1
      let count = Double(step - last * stretch)
      steps[last] = step
      losses[last] += (loss - losses[last]) / count
    }
  }

  private mutating func halve() {
    steps = stride(from: 1, to: steps.count, by: 2).map { steps[$0] }
    losses = stride(from: 1, to: losses.count, by: 2).map {
      (losses[$0 - 1] + losses[$0]) / 2
    }
  }

  /// Where stretches end; `nil` if there would be too many, or none.
  private static func ends(_ steps: Int, stretch: Int) -> [Int]? {
    guard 1...steps ~= stretch,
      (steps + stretch - 1) / stretch <= maximumPointCount
    else { return nil }
    let whole = Array(Swift.stride(from: stretch, through: steps, by: stretch))
    return whole.last == steps ? whole : whole + [steps]
  }
}
