import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// The run that --resume names: it goes on as it began, and says where.
struct ResumedRun {
  /// The file.
  let path: String
  let checkpoint: Checkpoint
  /// The state that it left.
  let state: TrainingState
  /// The number of steps to plan beyond its own.
  let additionalSteps: Int

  init(
    path: String, checkpoint: Checkpoint, additionalSteps: Int
  ) throws(CommandFailure) {
    self.path = path
    self.checkpoint = checkpoint
    self.additionalSteps = additionalSteps
    do { state = try TrainingState(checkpoint.manifest) } catch {
      throw .data("\(path): \(error)")
    }
  }

  // MARK: - Checks

  /// Refuses options that would make another run of it.
  func check(
    _ options: TrainingOptions, document: DocumentKind, engine: EngineKind,
    stopAfter: Int?
  ) throws(CommandFailure) {
    for option in TrainingOption.all.sorted(by: { $0.storedKey < $1.storedKey })
    {
      let (found, expected) = (
        option.value(options), option.value(state.options)
      )
      guard found == expected else {
        throw refusal(of: option.word, text(found), expected: text(expected))
      }
    }
    guard document == state.document else {
      throw refusal(
        of: "--document", document.rawValue, expected: state.document.rawValue)
    }
    let ownEngine = EngineKind(of: checkpoint.manifest)
    guard engine == ownEngine else {
      throw refusal(
        of: "--engine", engine.rawValue, expected: ownEngine.rawValue)
    }
    if let stopAfter, stopAfter <= state.completedSteps,
      !state.isFinished || additionalSteps > 0
    {
      throw .usage(
        "--stop-after is \(stopAfter), expected more than the"
          + " \(counted(state.completedSteps, "step")) that \(path) has done")
    }
    if additionalSteps > 0 && state.isOutOfPatience {
      throw .usage(
        "--extend would not go on: the run of \(path) ended early, its"
          + " --patience being out; --init-from \(shellWord(path)) begins a new"
          + " one with its weights")
    }
  }

  private func refusal(
    of option: String, _ found: String, expected: String
  ) -> CommandFailure {
    let hint =
      option == "--steps" ? "; --extend plans more steps than these" : ""
    return .usage(
      "\(option) is \(found), expected \(expected) as in \(path), whose run"
        + " goes on as it began\(hint)")
  }

  private func text(_ value: Properties.Value?) -> String {
    switch value {
    case .text(let text): text
    case .integers(let integers): integers.first?.description ?? "none"
    case .numbers(let numbers): numbers.first?.description ?? "none"
    case nil: "not set"
    }
  }

  // MARK: - Words

  /// What to say of the run if nothing is left to do; `nil` if there is.
  ///
  /// - Parameters:
  ///   - output: The checkpoint to write.
  ///   - isRelabeled: Whether labels are to change.
  ///   - codec: How tensors are to be stored.
  /// - Returns: A line.
  /// - Throws: `CommandFailure` for labels or a codec that would change.
  func wordsIfFinished(
    output: String, isRelabeled: Bool, codec: Codec
  ) throws(CommandFailure) -> String? {
    guard state.isFinished, additionalSteps == 0, isSameFile(path, output)
    else { return nil }
    let name = shellWord(output)
    let stored = TrainingState.storageFormat(of: checkpoint.manifest).codec
    guard !isRelabeled, codec == stored else {
      throw .usage(
        "\(name) has nothing left to train; mgpt-convert changes labels and"
          + " codec of a file")
    }
    return state.isOutOfPatience
      ? "\(name) ended after step \(state.completedSteps), its --patience"
        + " being out\n"
      : "\(name) has done all \(counted(state.completedSteps, "step"));"
        + " --extend plans more\n"
  }

  /// Where the run goes on, and what a new plan means for its learning rate.
  ///
  /// - Parameters:
  ///   - planned: The options with which it goes on.
  ///   - corpus: The data with which it goes on.
  /// - Returns: Lines.
  func words(planned: TrainingOptions, _ corpus: Corpus) -> String {
    let step = state.completedSteps
    var words =
      "resuming  \(path) after step \(step) of"
      + " \(planned.stepCount.groupedDescription)\n"
    if let digest = state.dataDigest, digest != corpus.sha256 {
      words +=
        "data      not the bytes with which the run began, but the same"
        + " documents\n"
    }
    if additionalSteps > 0 && step > 0 && step < planned.stepCount {
      let before = state.options
      let was = before.learningRate(ofStep: step - 1)
      let goesOn = planned.learningRate(ofStep: step)
      words +=
        "extended  from \(before.stepCount.groupedDescription) steps: the"
        + " \(before.schedule.rawValue) schedule spans them all, so the"
        + " learning rate goes on at \(rateWords(goesOn)) after"
        + " \(rateWords(was))\n"
    }
    return words
  }
}
