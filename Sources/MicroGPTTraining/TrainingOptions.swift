/// How a model is trained; the defaults are microgpt.py's.
public struct TrainingOptions: Sendable, Hashable {
  /// The planned number of steps, over which the learning rate falls to 0.
  public let steps: Int
  /// The number of documents a step.
  public let batchSize: Int
  /// The learning rate of the first step.
  public let learningRate: Double
  /// Adam's decay of the mean of gradients.
  public let beta1: Double
  /// Adam's decay of the mean of squared gradients.
  public let beta2: Double
  /// What Adam adds to the root of the mean of squares.
  public let epsilon: Double
  /// The standard deviation of the initial weights.
  public let initialStandardDeviation: Double
  /// The seed of the order of documents and of the initial weights.
  public let seed: UInt64

  /// The permitted values of ``steps``.
  public static let stepLimits = 1...1_000_000_000
  /// The permitted values of ``batchSize``.
  public static let batchLimits = 1...65_536
  /// The permitted values of ``learningRate``.
  public static let learningRateLimits = 0.0...10.0
  /// The permitted values of ``beta1`` and ``beta2``.
  public static let betaLimits = 0.0...0.999_999
  /// The permitted values of ``epsilon``: normal numbers as 32-bit floats.
  public static let epsilonLimits = 1e-30...1.0
  /// The permitted values of ``initialStandardDeviation``.
  public static let standardDeviationLimits = 0.0...10.0

  /// Creates options after checking them.
  ///
  /// - Parameters:
  ///   - steps: The planned number of steps.
  ///   - batchSize: The number of documents a step.
  ///   - learningRate: The learning rate of the first step.
  ///   - beta1: The decay of the mean of gradients.
  ///   - beta2: The decay of the mean of squared gradients.
  ///   - epsilon: What is added to the root of the mean of squares.
  ///   - initialStandardDeviation: That of the initial weights.
  ///   - seed: The seed of all random numbers.
  /// - Throws: ``TrainingOptionError``, which names the first option outside
  ///   its limits; NaN is outside of any.
  public init(
    steps: Int = 1000,
    batchSize: Int = 1,
    learningRate: Double = 0.01,
    beta1: Double = 0.85,
    beta2: Double = 0.99,
    epsilon: Double = 1e-8,
    initialStandardDeviation: Double = 0.08,
    seed: UInt64 = 42
  ) throws(TrainingOptionError) {
    func check<Number: Comparable>(
      _ value: Number, _ option: TrainingOptionError.Option,
      in limits: ClosedRange<Number>
    ) throws(TrainingOptionError) {
      guard limits.contains(value) else {
        throw TrainingOptionError(
          option: option, found: "\(value)",
          expected: "\(limits.lowerBound) to \(limits.upperBound)")
      }
    }
    try check(steps, .steps, in: Self.stepLimits)
    try check(batchSize, .batchSize, in: Self.batchLimits)
    try check(learningRate, .learningRate, in: Self.learningRateLimits)
    try check(beta1, .beta1, in: Self.betaLimits)
    try check(beta2, .beta2, in: Self.betaLimits)
    try check(epsilon, .epsilon, in: Self.epsilonLimits)
    try check(
      initialStandardDeviation, .initialStandardDeviation,
      in: Self.standardDeviationLimits)
    self.steps = steps
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.initialStandardDeviation = initialStandardDeviation
    self.seed = seed
  }
}

/// A training option outside its limits.
public struct TrainingOptionError: Error, Sendable, Hashable {
  /// An option in plain words.
  public enum Option: String, Sendable {
    case steps = "number of steps"
    case batchSize = "batch size"
    case learningRate = "learning rate"
    case beta1
    case beta2
    case epsilon
    case initialStandardDeviation = "initial standard deviation"
  }

  /// The option in question.
  public let option: Option
  /// Its value.
  public let found: String
  /// What it should have been.
  public let expected: String
}

extension TrainingOptionError: CustomStringConvertible {
  /// The error as one clause, as `batch size is 0, expected 1 to 65536`.
  public var description: String {
    "\(option.rawValue) is \(found), expected \(expected)"
  }
}
