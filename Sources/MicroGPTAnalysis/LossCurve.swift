import MicroGPTFormat

/// A loss at a step of training.
public struct LossPoint: Sendable, Hashable {
  /// The number of the step.
  public let step: Int
  /// The loss in nats a token.
  public let loss: Double

  /// Creates a point.
  ///
  /// - Parameters:
  ///   - step: The number of the step.
  ///   - loss: The loss in nats a token.
  public init(step: Int, loss: Double) {
    self.step = step
    self.loss = loss
  }

  /// The greatest step of a curve: up to it every step is a double of its own.
  static let maximumStep = 1 << 53
  /// The greatest magnitude of a loss: sums and differences stay finite.
  static let maximumLoss = 1e30

  /// Whether a curve can have the point.
  var isDrawable: Bool {
    0...Self.maximumStep ~= step && loss.magnitude <= Self.maximumLoss
  }
}

/// How the loss went down in a training run, in nats a token.
public struct LossCurve: Sendable, Hashable {
  /// The losses of training, by increasing steps.
  public let training: [LossPoint]
  /// The losses of validation, by increasing steps.
  public let validation: [LossPoint]

  /// Creates a curve of points in any order.
  ///
  /// Of several points with one step the last counts. Points with a step beyond
  /// 0 to 2^53, or with a loss that is not finite or beyond ±10^30, are left
  /// out. In O(n log n), in O(n) if the steps increase.
  ///
  /// - Parameters:
  ///   - training: The losses of training.
  ///   - validation: The losses of validation.
  public init(training: [LossPoint], validation: [LossPoint]) {
    self.training = Self.ordered(training)
    self.validation = Self.ordered(validation)
  }

  /// Creates the curve of a checkpoint's labels.
  ///
  /// Where steps and losses are not equally many, those that have a partner
  /// count (spec: section 9.2).
  ///
  /// - Parameter labels: The labels; without a history the curve is empty.
  public init(labels: Properties?) {
    func points(_ stepsKey: String, _ lossesKey: String) -> [LossPoint] {
      guard case .integers(let steps)? = labels?[stepsKey],
        case .numbers(let losses)? = labels?[lossesKey]
      else { return [] }
      return zip(steps, losses).map { step, loss in
        LossPoint(step: Int(clamping: step), loss: loss)
      }
    }
    self.init(
      training: points("history_steps", "history_loss"),
      validation: points("history_validation_steps", "history_validation_loss"))
  }

  /// Whether there is no point at all.
  public var isEmpty: Bool { training.isEmpty && validation.isEmpty }

  private static func ordered(_ points: [LossPoint]) -> [LossPoint] {
    let points = points.filter(\.isDrawable)
    let increases = zip(points, points.dropFirst()).allSatisfy {
      $0.step < $1.step
    }
    guard !increases else { return points }
    let order = points.indices.sorted {
      (points[$0].step, $0) < (points[$1].step, $1)
    }
    var ordered: [LossPoint] = []
    for index in order {
      if ordered.last?.step == points[index].step { ordered.removeLast() }
      ordered.append(points[index])
    }
    return ordered
  }
}
