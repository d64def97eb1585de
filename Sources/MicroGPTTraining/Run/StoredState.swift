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
    guard let state = manifest.trainingState else { throw .none }
    let values = StoredValues(state)
    let known = StandardKeys.trainingState.keys
    for key in state.keys where !key.contains(".") && !known.contains(key) {
      throw .unknownKey(key)
    }
    let options = try TrainingOptions(values)
    let document = try values.named("document") ?? DocumentKind.lines
    self.init(
      options: options, document: document,
      dataDigest: values.text("data_sha256"),
      documentDigest: values.text(Self.documentDigestKey),
      initialModel: values.text(Self.initialModelKey))
    completedSteps = try values.step("step", atMost: options.steps) ?? 0
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
    if steps.count == losses.count, steps.count <= LossHistory.limit,
      zip(steps, steps.dropFirst() + [completedSteps + 1]).allSatisfy(<)
    {
      (validationSteps, validationLosses) = (steps, losses)
    }
  }

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
