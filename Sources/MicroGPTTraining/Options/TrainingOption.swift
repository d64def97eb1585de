import MicroGPTFormat

/// An option of training, with its names in the configuration file, on the
/// command line, in errors and in the training state.
///
/// An option is a property of ``TrainingOptions``, which has the default, and
/// an entry of `all`. Checks, stored values, configuration files and help
/// follow from the entry.
package struct TrainingOption: Sendable {
  /// The key in a configuration file and, with `-` for `_`, the name on the
  /// command line.
  package let key: String
  /// The key in oPTM.
  package let storedKey: String
  /// The line of help, its range included.
  package let help: String
  /// The property that holds the value.
  package let path: PartialKeyPath<TrainingOptions> & Sendable

  /// What oPTM holds; `nil` for what is not stored.
  package let value: @Sendable (TrainingOptions) -> Properties.Value?
  /// Takes over a value of the property's type.
  let assign: @Sendable (Any, inout TrainingOptions) -> Void
  /// Takes over the value of oPTM, if there is one.
  let read:
    @Sendable (StoredValues, inout TrainingOptions) throws(TrainingStateError)
      -> Void
  /// Refuses a value outside its range.
  let check: @Sendable (TrainingOptions) throws(TrainingOptionError) -> Void

  /// All options, in the order in which they are checked.
  package static let all: [TrainingOption] = [
    .init(
      "steps", \.stepCount, in: TrainingOptions.stepCountRange,
      name: "number of steps", storedKey: "planned_steps"
    ) { "Steps of training, \($0)." },
    .init("batch_size", \.batchSize, in: 1...65_536, name: "batch size") {
      "Documents a step, \($0)."
    },
    .init(
      "learning_rate", \.learningRate, in: 0...10, name: "learning rate"
    ) { "The greatest learning rate, \($0)." },
    .init("schedule", \.schedule) {
      "How it falls: linear, cosine, or not at all, constant."
    },
    .init(
      "warmup_steps", \.warmupSteps,
      in: 0...TrainingOptions.stepCountRange.upperBound,
      name: "number of warm-up steps"
    ) { "Steps over which it rises first, \($0)." },
    .init(
      "minimum_rate", \.minimumLearningRate, name: "minimum rate",
      range: { 0...$0.learningRate }
    ) { "The rate to which it falls, 0 to --learning-rate." },
    .init("beta1", \.beta1, in: TrainingOptions.betaRange, name: "beta1") {
      "Adam's decay of the mean gradient, \($0)."
    },
    .init("beta2", \.beta2, in: TrainingOptions.betaRange, name: "beta2") {
      "Adam's decay of the mean square, \($0)."
    },
    // Normal numbers as 32-bit floats.
    .init("epsilon", \.epsilon, in: 1e-30...1, name: "epsilon") {
      "What Adam adds to the root, \($0)."
    },
    .init("weight_decay", \.weightDecay, in: 0...10, name: "weight decay") {
      "Decoupled weight decay, \($0)."
    },
    .init(
      "gradient_clip", \.maximumGradientNorm, in: 0...1e9,
      name: "gradient clip"
    ) { "Norm to which a longer gradient is cut, \($0); 0: none." },
    .init("dropout", \.dropout, in: 0...0.9, name: "dropout") {
      "Share of activations to drop at each step, \($0)."
    },
    .init(
      "initial_deviation", \.initialStandardDeviation, in: 0...10,
      name: "initial standard deviation"
    ) {
      "Standard deviation of the first weights, \($0); wide models want less."
    },
    .init("seed", \.seed) { "What chance depends on, 0 to 2^64 - 1." },
    .init(
      "validation_share", \.validationFraction, in: 0...0.9,
      name: "validation share"
    ) {
      "Share of the data to hold out and validate with, \($0); whole documents"
        + " may make it more."
    },
    .init(
      "validation_every", \.validationInterval,
      in: TrainingOptions.stepCountRange,
      name: "number of steps between validations",
      isStored: { $0.validationFraction > 0 }
    ) { "Steps between validations, \($0)." },
    .init(
      "patience", \.patience, in: TrainingOptions.stepCountRange,
      name: "patience", isStored: { $0.validationFraction > 0 }
    ) {
      "Stop after so many validations without a better loss, \($0) (default:"
        + " never)."
    },
  ]

  /// The entry of a property.
  package static subscript(
    path: PartialKeyPath<TrainingOptions>
  ) -> TrainingOption {
    guard let option = all.first(where: { $0.path == path }) else {
      preconditionFailure("each option has an entry")
    }
    return option
  }
}

// MARK: - Entries

extension TrainingOption {
  private init<Value: StorableOption>(
    _ key: String, _ path: WritableKeyPath<TrainingOptions, Value> & Sendable,
    storedKey: String? = nil, help: String,
    isStored: @escaping @Sendable (TrainingOptions) -> Bool = { _ in true },
    check:
      @escaping @Sendable (TrainingOptions) throws(TrainingOptionError)
      -> Void
  ) {
    let storedKey = storedKey ?? key
    self.key = key
    self.storedKey = storedKey
    self.help = help
    self.path = path
    self.check = check
    value = { isStored($0) ? $0[keyPath: path].stored : nil }
    assign = { value, options in
      guard let value = value as? Value else {
        preconditionFailure("\(key) has another type")
      }
      options[keyPath: path] = value
    }
    read = { values, options throws(TrainingStateError) in
      if let value = try Value.read(storedKey, values) {
        options[keyPath: path] = value
      }
    }
  }

  /// An option with any value of its type.
  private init<Value: StorableOption>(
    _ key: String, _ path: WritableKeyPath<TrainingOptions, Value> & Sendable,
    help: () -> String
  ) {
    self.init(key, path, help: help()) { _ throws(TrainingOptionError) in }
  }

  /// An option whose range depends on other options.
  private init(
    _ key: String, _ path: WritableKeyPath<TrainingOptions, Double> & Sendable,
    name: String,
    range: @escaping @Sendable (TrainingOptions) -> ClosedRange<Double>,
    help: () -> String
  ) {
    self.init(key, path, help: help()) { options throws(TrainingOptionError) in
      try TrainingOptionError.check(
        options[keyPath: path], name, in: range(options))
    }
  }

  /// An option with a range, which the help tells.
  private init<Value: RangedOption>(
    _ key: String, _ path: WritableKeyPath<TrainingOptions, Value> & Sendable,
    in range: ClosedRange<Value.Number>, name: String,
    storedKey: String? = nil,
    isStored: @escaping @Sendable (TrainingOptions) -> Bool = { _ in true },
    help: (String) -> String
  ) {
    self.init(
      key, path, storedKey: storedKey,
      help: help("\(words(range.lowerBound)) to \(words(range.upperBound))"),
      isStored: isStored
    ) { options throws(TrainingOptionError) in
      if let number = options[keyPath: path].number {
        try TrainingOptionError.check(number, name, in: range)
      }
    }
  }
}

/// A bound as help spells it: `0`, `0.9`, `1e9` or, of a whole number,
/// `1000000000`.
private func words(_ bound: some Any) -> String {
  let text = "\(bound)"
  guard text.hasSuffix(".0") else { return text }
  let zeros = text.dropLast(2).reversed().prefix { $0 == "0" }.count
  return zeros < 6
    ? String(text.dropLast(2)) : text.dropLast(2 + zeros) + "e\(zeros)"
}
