/// How a model is trained; the defaults are microgpt.py's.
public struct TrainingOptions: Sendable, Hashable {
  /// The planned number of steps, which the schedule spans.
  public private(set) var steps: Int
  /// The number of documents a step.
  public let batchSize: Int
  /// The greatest learning rate.
  public let learningRate: Double
  /// The course of the learning rate.
  public let schedule: Schedule
  /// The number of steps over which the learning rate rises at first.
  public let warmupSteps: Int
  /// The learning rate to which the schedule falls.
  public let minimumRate: Double
  /// Adam's decay of the mean of gradients.
  public let beta1: Double
  /// Adam's decay of the mean of squared gradients.
  public let beta2: Double
  /// What Adam adds to the root of the mean of squares.
  public let epsilon: Double
  /// What a step takes from each weight, as a share of it for a learning rate
  /// of 1 (Loshchilov & Hutter 2019).
  public let weightDecay: Double
  /// The norm of the gradient to which a longer one is shortened; 0 for none.
  public let gradientClip: Double
  /// The share of activations that a step leaves out.
  public let dropout: Double
  /// The standard deviation of the initial weights.
  public let initialStandardDeviation: Double
  /// The seed of all that a run draws.
  public let seed: UInt64
  /// The share of the data that is held out to validate with.
  public let validationShare: Double
  /// The number of steps from one validation to the next.
  public let validationInterval: Int
  /// The number of validations without a better loss after which the run ends.
  public let patience: Int?

  /// The permitted values of ``steps``.
  public static let stepLimits = 1...1_000_000_000
  /// The permitted values of ``batchSize``.
  public static let batchLimits = 1...65_536
  /// The permitted values of ``learningRate`` and ``minimumRate``.
  public static let learningRateLimits = 0.0...10.0
  /// The permitted values of ``beta1`` and ``beta2``.
  public static let betaLimits = 0.0...0.999_999
  /// The permitted values of ``epsilon``: normal numbers as 32-bit floats.
  public static let epsilonLimits = 1e-30...1.0
  /// The permitted values of ``weightDecay``.
  public static let weightDecayLimits = 0.0...10.0
  /// The permitted values of ``gradientClip``.
  public static let gradientClipLimits = 0.0...1e9
  /// The permitted values of ``dropout`` and ``validationShare``.
  public static let shareLimits = 0.0...0.9
  /// The permitted values of ``initialStandardDeviation``.
  public static let standardDeviationLimits = 0.0...10.0

  /// Creates options after checking them.
  ///
  /// - Parameters:
  ///   - steps: The planned number of steps.
  ///   - batchSize: The number of documents a step.
  ///   - learningRate: The greatest learning rate.
  ///   - schedule: The course of the learning rate.
  ///   - warmupSteps: The steps over which it rises.
  ///   - minimumRate: The rate to which it falls, at most `learningRate`.
  ///   - beta1: The decay of the mean of gradients.
  ///   - beta2: The decay of the mean of squared gradients.
  ///   - epsilon: What is added to the root of the mean of squares.
  ///   - weightDecay: The decoupled weight decay.
  ///   - gradientClip: The greatest norm of the gradient; 0 for none.
  ///   - dropout: The share of activations left out.
  ///   - initialStandardDeviation: That of the initial weights.
  ///   - seed: The seed of all random numbers.
  ///   - validationShare: The share of the data held out.
  ///   - validationInterval: The steps from one validation to the next.
  ///   - patience: The validations without a better loss that end a run.
  /// - Throws: ``TrainingOptionError``, which names the first option outside
  ///   its limits; NaN is outside of any.
  public init(
    steps: Int = 1000,
    batchSize: Int = 1,
    learningRate: Double = 0.01,
    schedule: Schedule = .linear,
    warmupSteps: Int = 0,
    minimumRate: Double = 0,
    beta1: Double = 0.85,
    beta2: Double = 0.99,
    epsilon: Double = 1e-8,
    weightDecay: Double = 0,
    gradientClip: Double = 0,
    dropout: Double = 0,
    initialStandardDeviation: Double = 0.08,
    seed: UInt64 = 42,
    validationShare: Double = 0,
    validationInterval: Int = 100,
    patience: Int? = nil
  ) throws(TrainingOptionError) {
    try check(steps, .steps, in: Self.stepLimits)
    try check(batchSize, .batchSize, in: Self.batchLimits)
    try check(learningRate, .learningRate, in: Self.learningRateLimits)
    try check(
      warmupSteps, .warmupSteps, in: 0...Self.stepLimits.upperBound)
    try check(minimumRate, .minimumRate, in: 0...learningRate)
    try check(beta1, .beta1, in: Self.betaLimits)
    try check(beta2, .beta2, in: Self.betaLimits)
    try check(epsilon, .epsilon, in: Self.epsilonLimits)
    try check(weightDecay, .weightDecay, in: Self.weightDecayLimits)
    try check(gradientClip, .gradientClip, in: Self.gradientClipLimits)
    try check(dropout, .dropout, in: Self.shareLimits)
    try check(
      initialStandardDeviation, .initialStandardDeviation,
      in: Self.standardDeviationLimits)
    try check(validationShare, .validationShare, in: Self.shareLimits)
    try check(validationInterval, .validationInterval, in: Self.stepLimits)
    if let patience { try check(patience, .patience, in: Self.stepLimits) }
    self.steps = steps
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.minimumRate = minimumRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.gradientClip = gradientClip
    self.dropout = dropout
    self.initialStandardDeviation = initialStandardDeviation
    self.seed = seed
    self.validationShare = validationShare
    self.validationInterval = validationInterval
    self.patience = patience
  }

  /// Plans another number of steps.
  mutating func setSteps(_ count: Int) throws(TrainingOptionError) {
    try check(count, .steps, in: Self.stepLimits)
    steps = count
  }
}

private func check<Number: Comparable>(
  _ value: Number, _ option: TrainingOptionError.Option,
  in limits: ClosedRange<Number>
) throws(TrainingOptionError) {
  guard limits.contains(value) else {
    throw TrainingOptionError(
      option: option, found: "\(value)",
      expected: "\(limits.lowerBound) to \(limits.upperBound)")
  }
}

/// A training option outside its limits.
public struct TrainingOptionError: Error, Sendable, Hashable {
  /// An option in plain words.
  public enum Option: String, Sendable {
    case steps = "number of steps"
    case batchSize = "batch size"
    case learningRate = "learning rate"
    case warmupSteps = "number of warm-up steps"
    case minimumRate = "minimum rate"
    case beta1
    case beta2
    case epsilon
    case weightDecay = "weight decay"
    case gradientClip = "gradient clip"
    case dropout
    case initialStandardDeviation = "initial standard deviation"
    case validationShare = "validation share"
    case validationInterval = "number of steps between validations"
    case patience
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
