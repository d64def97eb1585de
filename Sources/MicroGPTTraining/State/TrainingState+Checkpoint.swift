import MicroGPTFormat

/// A training state as a checkpoint holds it: in oPTM by its keys, and what it
/// tells of itself among the labels, mETa.
extension TrainingState {
  /// The contents of oPTM.
  public var properties: Properties {
    var values = foreignValues
    for option in TrainingOption.all {
      values[option.storedKey] = option.value(options)
    }
    values["step"] = .integers([UInt64(completedSteps)])
    values["document"] = .text(document.rawValue)
    values["data_sha256"] = dataDigest.map { .text($0) }
    values["best_loss"] = best.map { .numbers([$0.loss]) }
    values["best_step"] = best.map { .integers([UInt64($0.step)]) }
    values[Self.documentDigestKey] = documentDigest.map { .text($0) }
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
    var values = labels?.dictionary ?? [:]
    if let dataDigest { values["data_sha256"] = .text(dataDigest) }
    values["train_steps"] = .integers([UInt64(completedSteps)])
    values["train_seed"] = .integers([options.seed])
    let isMeanKnown =
      recentLosses.count == min(completedSteps, Self.recentLimit)
    values["train_loss"] =
      isMeanKnown && completedSteps > 0 ? .numbers([meanLoss]) : nil
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
    guard let state = manifest.trainingState else { throw .missing }
    let values = StoredValues(state)
    let known = StandardKeys.trainingState.keys
    for key in state.keys where !key.contains(".") && !known.contains(key) {
      throw .unknownKey(key)
    }
    let options = try TrainingOptions(storedIn: values)
    let document = try values.named("document") ?? DocumentKind.lines
    self.init(
      options: options, document: document,
      dataDigest: values.text("data_sha256"),
      documentDigest: values.text(Self.documentDigestKey),
      initialModel: values.text(Self.initialModelKey))
    completedSteps = try values.step("step", atMost: options.stepCount) ?? 0
    if let step = try values.step("best_step", atMost: completedSteps),
      let loss = values.number("best_loss")
    {
      best = Best(step: step, loss: loss)
    }
    recentLosses = Array(
      values.numbers(Self.recentLossesKey).suffix(Self.recentLimit))
    foreignValues = state.dictionary.filter {
      $0.key.contains(".")
        && ![
          Self.recentLossesKey, Self.documentDigestKey, Self.initialModelKey,
          Self.elementTypeKey, Self.codecKey,
        ].contains($0.key)
    }

    let labels = StoredValues(manifest.metadata ?? Properties())
    history = LossHistory(
      steps: labels.integers("history_steps"),
      losses: labels.numbers("history_loss"), completedSteps: completedSteps)
    let steps = labels.integers("history_validation_steps")
    let losses = labels.numbers("history_validation_loss")
    if steps.count == losses.count,
      steps.count <= LossHistory.maximumPointCount,
      zip(steps, steps.dropFirst() + [completedSteps + 1]).allSatisfy(<)
    {
      (validationSteps, validationLosses) = (steps, losses)
    }
  }

  /// Refuses elements that are not those that the run left.
  ///
  /// - Parameters:
  ///   - type: The type in which the trainer computes.
  ///   - manifest: What the checkpoint says.
  /// - Throws: ``TrainingError/elementTypeMismatch(found:expected:)``.
  public static func requireElementType(
    _ type: ElementType, in manifest: Manifest
  ) throws(TrainingError) {
    let other = manifest.tensors.first { $0.elementType != type }
    if let other {
      throw .elementTypeMismatch(found: other.elementType, expected: type)
    }
  }

  /// How the run stores its tensors, whatever became of a file since.
  ///
  /// - Parameter manifest: What a checkpoint of the run says.
  /// - Returns: The type of element in which it computes, and the codec.
  public static func storageFormat(
    of manifest: Manifest
  ) -> (elementType: ElementType, codec: Codec) {
    let values = manifest.trainingState ?? Properties()
    return (
      values[elementTypeKey] == .text(ElementType.f64.name) ? .f64 : .f32,
      values[codecKey] == .text(Codec.raw.name) ? .raw : .zlib
    )
  }

  /// What a checkpoint of the run says.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - vocabulary: The characters of the model.
  ///   - elementType: How elements are stored.
  ///   - codec: How tensors are stored.
  ///   - documentCount: The number of documents trained on; `nil` for a text.
  ///   - labels: Labels beside those that the run sets itself.
  /// - Returns: The manifest, with moments.
  public func manifest(
    configuration: GPTConfiguration, vocabulary: Vocabulary,
    elementType: ElementType, codec: Codec, documentCount: Int?,
    labels: Properties?
  ) -> Manifest {
    var values = self.labels(beside: labels).dictionary
    var state = properties.dictionary
    state[Self.elementTypeKey] =
      elementType == .f32 ? nil : .text(elementType.name)
    state[Self.codecKey] = codec == .zlib ? nil : .text(codec.name)
    values["data_documents"] = documentCount.map { .integers([UInt64($0)]) }
    return Manifest(
      configuration: configuration, vocabulary: vocabulary,
      tensors: configuration.tensorDescriptors(
        elementType: elementType, codec: codec, includingMoments: true),
      trainingState: Properties(checked: state),
      metadata: Properties(checked: values))
  }

  // MARK: - Keys

  static let elementTypeKey = "microgpt.dtype"
  static let codecKey = "microgpt.codec"
  static let recentLossesKey = "microgpt.recent_losses"
  static let documentDigestKey = "microgpt.documents_sha256"
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
