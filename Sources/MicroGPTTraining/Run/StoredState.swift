import MicroGPTFormat

/// How a training state stands in a checkpoint: in oPTM by its keys, and what
/// it tells of itself among the labels, mETa.
extension TrainingState {
  /// The contents of oPTM.
  public var properties: Properties {
    var values = foreignValues
    for (key, value) in options.values { values[key] = value }
    values["step"] = .integers([UInt64(completedSteps)])
    values["document"] = .text(document.rawValue)
    values["data_sha256"] = dataDigest.map { .text($0) }
    values["best_loss"] = best.map { .numbers([$0.loss]) }
    values["best_step"] = best.map { .integers([UInt64($0.step)]) }
    values[Self.initialModelKey] = initialModel.map { .text($0) }
    values[Self.recentLossesKey] =
      recentLosses.isEmpty ? nil : .numbers(recentLosses)
    return Properties(checked: values)
  }

  /// What the run tells of itself, among the labels that a file has already.
  ///
  /// - Parameter labels: Labels of others.
  /// - Returns: Both.
  public func labels(beside labels: Properties? = nil) -> Properties {
    var values = labels?.values ?? [:]
    values["data_sha256"] = dataDigest.map { .text($0) }
    values["train_steps"] = .integers([UInt64(completedSteps)])
    values["train_seed"] = .integers([options.seed])
    values["train_loss"] = recentLosses.isEmpty ? nil : .numbers([meanLoss])
    values["validation_loss"] = validationLosses.last.map { .numbers([$0]) }
    values["history_steps"] = Self.integers(history?.steps)
    values["history_loss"] = Self.numbers(history?.losses)
    values["history_validation_steps"] = Self.integers(validationSteps)
    values["history_validation_loss"] = Self.numbers(validationLosses)
    return Properties(checked: values)
  }

  /// Reads the state that a checkpoint holds.
  ///
  /// - Parameter manifest: What the checkpoint says.
  /// - Throws: ``TrainingStateError`` if it holds none, or one that this
  ///   trainer cannot go on from.
  public init(_ manifest: Manifest) throws(TrainingStateError) {
    guard let state = manifest.trainingState else { throw .none }
    let values = StoredValues(state)
    let known = AssignedKeys.trainingState.names
    for key in state.sortedKeys where !key.contains(".") && !known.contains(key)
    {
      throw .unknownKey(key)
    }
    let options = try TrainingOptions(values)
    let document = try values.named("document") ?? DocumentKind.lines
    self.init(
      options: options, document: document,
      dataDigest: values.text("data_sha256"),
      initialModel: values.text(Self.initialModelKey))
    completedSteps = values.integer("step") ?? 0
    if let step = values.integer("best_step"),
      let loss = values.number("best_loss")
    {
      best = Best(step: min(step, completedSteps), loss: loss)
    }
    recentLosses = Array(
      values.numbers(Self.recentLossesKey).suffix(Self.recentLimit))
    foreignValues = state.values.filter {
      $0.key.contains(".") && $0.key != Self.recentLossesKey
        && $0.key != Self.initialModelKey
    }

    let labels = StoredValues(manifest.metadata ?? Properties(checked: [:]))
    history = LossHistory(
      steps: labels.integers("history_steps"),
      losses: labels.numbers("history_loss"), completedSteps: completedSteps)
    let steps = labels.integers("history_validation_steps")
    let losses = labels.numbers("history_validation_loss")
    if steps.count == losses.count, steps.count <= LossHistory.limit {
      (validationSteps, validationLosses) = (steps, losses)
    }
  }

  static let recentLossesKey = "microgpt.recent_losses"
  static let initialModelKey = "microgpt.initial_model"

  private static func integers(_ steps: [Int]?) -> Properties.Value? {
    guard let steps, !steps.isEmpty else { return nil }
    return .integers(steps.map { UInt64($0) })
  }

  private static func numbers(_ losses: [Double]?) -> Properties.Value? {
    guard let losses, !losses.isEmpty else { return nil }
    return .numbers(losses)
  }
}

extension TrainingOptions {
  /// The options by the keys of oPTM; the plan among them.
  public var values: [String: Properties.Value] {
    var values: [String: Properties.Value] = [
      "planned_steps": .integers([UInt64(steps)]),
      "batch_size": .integers([UInt64(batchSize)]),
      "learning_rate": .numbers([learningRate]),
      "schedule": .text(schedule.rawValue),
      "warmup_steps": .integers([UInt64(warmupSteps)]),
      "minimum_rate": .numbers([minimumRate]),
      "beta1": .numbers([beta1]), "beta2": .numbers([beta2]),
      "epsilon": .numbers([epsilon]),
      "weight_decay": .numbers([weightDecay]),
      "gradient_clip": .numbers([gradientClip]),
      "dropout": .numbers([dropout]),
      "initial_deviation": .numbers([initialStandardDeviation]),
      "seed": .integers([seed]),
      "validation_share": .numbers([validationShare]),
    ]
    if validationShare > 0 {
      values["validation_every"] = .integers([UInt64(validationInterval)])
      values["patience"] = patience.map { .integers([UInt64($0)]) }
    }
    return values
  }

  /// Reads options; what is absent is as the specification says.
  init(_ values: StoredValues) throws(TrainingStateError) {
    let schedule: Schedule? = try values.named("schedule")
    do throws(TrainingOptionError) {
      let standard = try TrainingOptions()
      self = try TrainingOptions(
        steps: values.integer("planned_steps") ?? standard.steps,
        batchSize: values.integer("batch_size") ?? standard.batchSize,
        learningRate: values.number("learning_rate") ?? standard.learningRate,
        schedule: schedule ?? standard.schedule,
        warmupSteps: values.integer("warmup_steps") ?? standard.warmupSteps,
        minimumRate: values.number("minimum_rate") ?? standard.minimumRate,
        beta1: values.number("beta1") ?? standard.beta1,
        beta2: values.number("beta2") ?? standard.beta2,
        epsilon: values.number("epsilon") ?? standard.epsilon,
        weightDecay: values.number("weight_decay") ?? standard.weightDecay,
        gradientClip: values.number("gradient_clip") ?? standard.gradientClip,
        dropout: values.number("dropout") ?? standard.dropout,
        initialStandardDeviation: values.number("initial_deviation")
          ?? standard.initialStandardDeviation,
        seed: values.unsigned("seed") ?? standard.seed,
        validationShare: values.number("validation_share")
          ?? standard.validationShare,
        validationInterval: values.integer("validation_every")
          ?? standard.validationInterval,
        patience: values.integer("patience"))
    } catch {
      throw .options(error)
    }
  }
}

/// Values of a section of properties, each of the kind that its key is given.
struct StoredValues {
  private let values: [String: Properties.Value]

  init(_ properties: Properties) { values = properties.values }

  func text(_ key: String) -> String? {
    if case .text(let text)? = values[key] { text } else { nil }
  }

  func numbers(_ key: String) -> [Double] {
    if case .numbers(let numbers)? = values[key] { numbers } else { [] }
  }

  func number(_ key: String) -> Double? { numbers(key).first }

  /// What fits an `Int`; a list with others is taken as none.
  func integers(_ key: String) -> [Int] {
    guard case .integers(let integers)? = values[key] else { return [] }
    let exact = integers.compactMap { Int(exactly: $0) }
    return exact.count == integers.count ? exact : []
  }

  func unsigned(_ key: String) -> UInt64? {
    guard case .integers(let integers)? = values[key] else { return nil }
    return integers.first
  }

  /// What is too large for an `Int` is too large for any option.
  func integer(_ key: String) -> Int? {
    unsigned(key).map { Int(clamping: $0) }
  }

  /// One of a few names.
  func named<Name: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(TrainingStateError) -> Name? where Name.RawValue == String {
    guard let text = text(key) else { return nil }
    guard let name = Name(rawValue: text) else {
      throw .value(
        key: key, found: "\(quoted(text))",
        expected: Name.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return name
  }
}

/// Why a run cannot go on from a checkpoint.
public enum TrainingStateError: Error, Sendable, Hashable {
  /// It holds a model alone.
  case none
  /// Something that this trainer does not know determines the run.
  case unknownKey(String)
  /// A value that this trainer does not know.
  case value(key: String, found: String, expected: String)
  /// An option that this trainer does not allow.
  case options(TrainingOptionError)
}

extension TrainingStateError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .none:
      "there is no training state to go on from, only a model"
    case .unknownKey(let key):
      "oPTM.\(key) is unknown to this trainer, which would go on otherwise"
        + " than was asked"
    case .value(let key, let found, let expected):
      "oPTM.\(key) is \(found), expected \(expected)"
    case .options(let error): "oPTM: \(error)"
    }
  }
}
