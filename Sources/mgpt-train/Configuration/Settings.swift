/// The options that a configuration file may hold.
enum Settings {
  /// An option by its key, and where its value is.
  typealias Setting = (
    key: String, value: @Sendable (Train) -> SettingValue?
  )

  /// The keys that a file may have.
  static let keys = all.map(\.key)

  /// The kind of value that an option has.
  static func kind(of key: String) -> SettingValue.Kind {
    switch key {
    case "force", "quiet": .flag
    case "label": .texts
    case _ where wholeNumbers.contains(key): .wholeNumber
    case _ where numbers.contains(key): .number
    default: .text
    }
  }

  private static let wholeNumbers: Set = [
    "validation_every", "patience", "n_layer", "n_head", "n_embd",
    "block_size", "steps", "batch_size", "warmup_steps", "seed", "save_every",
    "keep", "stop_after", "extend", "samples", "sample_every", "threads",
  ]

  private static let numbers: Set = [
    "validation_share", "initial_deviation", "learning_rate", "minimum_rate",
    "beta1", "beta2", "epsilon", "weight_decay", "gradient_clip", "dropout",
    "temperature",
  ]

  /// The options in effect, but for those that are not set.
  static func values(of command: Train) -> [String: SettingValue] {
    var values: [String: SettingValue] = [:]
    for (key, value) in all { values[key] = value(command) }
    return values
  }

  /// The key of an option that the training state has under a name of its own.
  static func key(ofStateKey key: String) -> String {
    key == "planned_steps" ? "steps" : key
  }

  private static let all = data + model + optimizer + saving + rest

  private static let data: [Setting] = [
    ("data", { $0.data.data.map { .text($0) } }),
    ("document", { .text($0.data.document.rawValue) }),
    ("validation_share", { .number($0.data.validationShare) }),
    ("validation_every", { SettingValue($0.data.validationEvery) }),
    ("patience", { $0.data.patience.map(SettingValue.init) }),
  ]

  private static let model: [Setting] = [
    ("n_layer", { SettingValue($0.model.nLayer) }),
    ("n_head", { SettingValue($0.model.nHead) }),
    ("n_embd", { SettingValue($0.model.nEmbd) }),
    ("block_size", { SettingValue($0.model.blockSize) }),
    ("initial_deviation", { .number($0.model.initialDeviation) }),
    ("init_from", { $0.model.initFrom.map { .text($0) } }),
  ]

  private static let optimizer: [Setting] = [
    ("engine", { .text($0.optimizer.engine.rawValue) }),
    ("steps", { SettingValue($0.optimizer.steps) }),
    ("batch_size", { SettingValue($0.optimizer.batchSize) }),
    ("learning_rate", { .number($0.optimizer.learningRate) }),
    ("schedule", { .text($0.optimizer.schedule.rawValue) }),
    ("warmup_steps", { SettingValue($0.optimizer.warmupSteps) }),
    ("minimum_rate", { .number($0.optimizer.minimumRate) }),
    ("beta1", { .number($0.optimizer.beta1) }),
    ("beta2", { .number($0.optimizer.beta2) }),
    ("epsilon", { .number($0.optimizer.epsilon) }),
    ("weight_decay", { .number($0.optimizer.weightDecay) }),
    ("gradient_clip", { .number($0.optimizer.gradientClip) }),
    ("dropout", { .number($0.optimizer.dropout) }),
    ("seed", { .integer($0.optimizer.seed) }),
  ]

  private static let saving: [Setting] = [
    ("output", { $0.saving.output.map { .text($0) } }),
    ("codec", { .text($0.saving.codec.rawValue) }),
    ("label", { $0.labels.label.isEmpty ? nil : .texts($0.labels.label) }),
    ("save_every", { $0.saving.saveEvery.map(SettingValue.init) }),
    ("keep", { SettingValue($0.saving.keep) }),
    ("stop_after", { $0.saving.stopAfter.map(SettingValue.init) }),
    ("resume", { $0.saving.resume.map { .text($0) } }),
    ("extend", { $0.saving.extend.map(SettingValue.init) }),
    ("force", { .flag($0.saving.force) }),
  ]

  private static let rest: [Setting] = [
    // What it stands for is among the others.
    ("preset", { _ in nil }),
    ("samples", { $0.reporting.samples.map(SettingValue.init) }),
    ("temperature", { .number($0.reporting.temperature) }),
    ("sample_every", { $0.reporting.sampleEvery.map(SettingValue.init) }),
    ("log", { $0.reporting.log.map { .text($0) } }),
    ("quiet", { .flag($0.reporting.quiet) }),
    ("threads", { $0.reporting.threads.map(SettingValue.init) }),
  ]
}
