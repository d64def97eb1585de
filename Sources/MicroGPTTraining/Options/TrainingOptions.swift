/// How a model is trained; the defaults are microgpt.py's.
public struct TrainingOptions: Sendable, Hashable {
  /// The planned number of steps, which the schedule spans.
  public internal(set) var stepCount = 1000
  /// The number of documents a step.
  public internal(set) var batchSize = 1
  /// The maximum learning rate.
  public internal(set) var learningRate = 0.01
  /// The course of the learning rate.
  public internal(set) var schedule = Schedule.linear
  /// The number of steps over which the learning rate rises at first.
  public internal(set) var warmupSteps = 0
  /// The learning rate to which the schedule falls.
  public internal(set) var minimumLearningRate = 0.0
  /// Adam's decay of the mean of gradients.
  public internal(set) var beta1 = 0.85
  /// Adam's decay of the mean of squared gradients.
  public internal(set) var beta2 = 0.99
  /// What Adam adds to the root of the mean of squares.
  public internal(set) var epsilon = 1e-8
  /// What a step takes from each weight, as a share of it for a learning rate
  /// of 1 (Loshchilov & Hutter 2019).
  public internal(set) var weightDecay = 0.0
  /// The norm of the gradient to which a longer one is shortened; 0 for none.
  public internal(set) var maximumGradientNorm = 0.0
  /// The share of activations that a step leaves out.
  public internal(set) var dropout = 0.0
  /// The standard deviation of the initial weights.
  public internal(set) var initialStandardDeviation = 0.08
  /// The seed of all that a run draws.
  public internal(set) var seed: UInt64 = 42
  /// The share of the data that is held out to validate with.
  public internal(set) var validationFraction = 0.0
  /// The number of steps from one validation to the next.
  public internal(set) var validationInterval = 100
  /// The number of validations without a better loss after which the run ends.
  public internal(set) var patience: Int?

  /// The permitted values of ``stepCount``.
  public static let stepCountRange = 1...1_000_000_000
  /// The permitted values of ``beta1`` and ``beta2``.
  public static let betaRange = 0.0...0.999_999

  /// The default of each option.
  public static let standard = TrainingOptions(unchecked: ())

  private init(unchecked: Void) {}

  /// Creates options after checking them.
  ///
  /// - Parameters:
  ///   - stepCount: The planned number of steps.
  ///   - batchSize: The number of documents a step.
  ///   - learningRate: The maximum learning rate.
  ///   - schedule: The course of the learning rate.
  ///   - warmupSteps: The steps over which it rises.
  ///   - minimumLearningRate: The rate to which it falls, at most
  ///     `learningRate`.
  ///   - beta1: The decay of the mean of gradients.
  ///   - beta2: The decay of the mean of squared gradients.
  ///   - epsilon: What is added to the root of the mean of squares.
  ///   - weightDecay: The decoupled weight decay.
  ///   - maximumGradientNorm: The maximum norm of the gradient; 0 for none.
  ///   - dropout: The share of activations left out.
  ///   - initialStandardDeviation: That of the initial weights.
  ///   - seed: The seed of all random numbers.
  ///   - validationFraction: The share of the data held out.
  ///   - validationInterval: The steps from one validation to the next.
  ///   - patience: The validations without a better loss that end a run.
  /// - Throws: ``TrainingOptionError``, which names the first option outside
  ///   its range; NaN is outside of any.
  public init(
    stepCount: Int = standard.stepCount,
    batchSize: Int = standard.batchSize,
    learningRate: Double = standard.learningRate,
    schedule: Schedule = standard.schedule,
    warmupSteps: Int = standard.warmupSteps,
    minimumLearningRate: Double = standard.minimumLearningRate,
    beta1: Double = standard.beta1,
    beta2: Double = standard.beta2,
    epsilon: Double = standard.epsilon,
    weightDecay: Double = standard.weightDecay,
    maximumGradientNorm: Double = standard.maximumGradientNorm,
    dropout: Double = standard.dropout,
    initialStandardDeviation: Double = standard.initialStandardDeviation,
    seed: UInt64 = standard.seed,
    validationFraction: Double = standard.validationFraction,
    validationInterval: Int = standard.validationInterval,
    patience: Int? = standard.patience
  ) throws(TrainingOptionError) {
    self.stepCount = stepCount
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.minimumLearningRate = minimumLearningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
    self.dropout = dropout
    self.initialStandardDeviation = initialStandardDeviation
    self.seed = seed
    self.validationFraction = validationFraction
    self.validationInterval = validationInterval
    self.patience = patience
    try check()
  }

  /// Creates options from values by their keys in `TrainingOption.all`.
  ///
  /// - Parameter values: A value of each option, of the type of its property.
  /// - Throws: ``TrainingOptionError``.
  package init(_ values: [String: Any]) throws(TrainingOptionError) {
    self.init(unchecked: ())
    for option in TrainingOption.all {
      guard let value = values[option.key] else {
        preconditionFailure("\(option.key) has no value")
      }
      option.assign(value, &self)
    }
    try check()
  }

  /// Reads options; what is absent is as the specification says.
  init(storedIn values: StoredValues) throws(TrainingStateError) {
    self.init(unchecked: ())
    for option in TrainingOption.all { try option.read(values, &self) }
    do { try check() } catch { throw .options(error) }
  }

  /// Plans another number of steps.
  mutating func setStepCount(_ count: Int) throws(TrainingOptionError) {
    stepCount = count
    try check()
  }

  private func check() throws(TrainingOptionError) {
    for option in TrainingOption.all { try option.check(self) }
  }
}

/// A training option outside its range.
public struct TrainingOptionError: Error, Sendable, Hashable {
  /// The option in plain words, as `batch size`.
  public let option: String
  /// Its value.
  public let found: String
  /// What it should have been.
  public let expected: String

  /// Refuses a value outside a range; NaN is outside any.
  static func check<Number: Comparable>(
    _ value: Number, _ option: String, in range: ClosedRange<Number>
  ) throws(TrainingOptionError) {
    guard range.contains(value) else {
      throw TrainingOptionError(
        option: option, found: "\(value)",
        expected: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}

extension TrainingOptionError: CustomStringConvertible {
  /// The error as one clause, as `batch size is 0, expected 1 to 65536`.
  public var description: String {
    "\(option) is \(found), expected \(expected)"
  }
}
