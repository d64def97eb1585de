import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

extension Beginning {
  /// What there is to begin with.
  var checkpoint: Checkpoint? {
    switch self {
    case .drawn: nil
    case .model(let checkpoint), .run(let checkpoint, _): checkpoint
    }
  }

  /// The run to go on with.
  var run: Checkpoint? {
    if case .run(let checkpoint, _) = self { checkpoint } else { nil }
  }
}

/// A run goes on as it began, and says where.
extension Train {
  /// Refuses dimensions that are not those of the file.
  func checkDimensions(_ manifest: Manifest, _ path: String) throws {
    let theirs = manifest.configuration
    let dimensions = [
      ("--n-layer", model.nLayer, theirs.layerCount),
      ("--n-head", model.nHead, theirs.headCount),
      ("--n-embd", model.nEmbd, theirs.embeddingWidth),
      ("--block-size", model.blockSize, theirs.blockSize),
    ]
    for (option, value, expected) in dimensions where value != expected {
      throw CommandFailure.usage(
        "\(option) is \(value), expected \(expected) as in \(path)")
    }
  }

  /// Refuses options that would make another run of it.
  func checkOptions(_ manifest: Manifest, _ path: String) throws {
    let state = try TrainingState(manifest)
    func refusal(_ option: String, _ found: String, _ expected: String)
      -> CommandFailure
    {
      let hint =
        option == "--steps" ? "; --extend plans more steps than these" : ""
      return .usage(
        "\(option) is \(found), expected \(expected) as in \(path), whose run"
          + " goes on as it began\(hint)")
    }
    let mine = try trainingOptions.values
    let theirs = state.options.values
    for key in Set(mine.keys).union(theirs.keys).sorted()
    where mine[key] != theirs[key] {
      let option = Settings.key(ofStateKey: key).split(separator: "_")
      throw refusal(
        "--" + option.joined(separator: "-"), Self.text(mine[key]),
        Self.text(theirs[key]))
    }
    if data.document != state.document {
      throw refusal(
        "--document", data.document.rawValue, state.document.rawValue)
    }
    let engine = EngineKind(of: manifest)
    if optimizer.engine != engine {
      throw refusal("--engine", optimizer.engine.rawValue, engine.rawValue)
    }
    if let stop = saving.stopAfter, stop <= state.completedSteps,
      !state.isFinished || saving.extend != nil
    {
      throw CommandFailure.usage(
        "--stop-after is \(stop), expected more than the"
          + " \(counted(state.completedSteps, "step")) that \(path) has done")
    }
    if saving.extend != nil && state.isOutOfPatience {
      throw CommandFailure.usage(
        "--extend would not go on: the run of \(path) ended early, its"
          + " --patience being out; --init-from \(shellWord(path)) begins a new"
          + " one with its weights")
    }
  }

  /// That the data are not those of the run.
  var otherDataWords: String {
    "\(data.data ?? "the given names"): the run of \(saving.resume ?? "") began"
      + " with other data, which --data is to name"
  }

  /// What to say of a run with nothing left to do; `nil` if there is.
  func wordsOfFinishedRun(_ beginning: Beginning) throws -> String? {
    guard case .run(let checkpoint, let additionalSteps) = beginning,
      additionalSteps == 0, isSameFile(saving.resume ?? "", outputPath)
    else { return nil }
    let state = try TrainingState(checkpoint.manifest)
    guard state.isFinished else { return nil }
    let path = shellWord(outputPath)
    let codec = TrainingState.storage(of: checkpoint.manifest).codec
    guard labels.label.isEmpty, saving.codec.codec == codec else {
      throw CommandFailure.usage(
        "\(path) has nothing left to train; mgpt-convert changes labels and"
          + " codec of a file")
    }
    return state.isOutOfPatience
      ? "\(path) ended after step \(state.completedSteps), its --patience"
        + " being out\n"
      : "\(path) has done all \(counted(state.completedSteps, "step"));"
        + " --extend plans more\n"
  }

  /// Where a run goes on, and what a new plan means for its learning rate.
  func wordsOfBeginning(
    _ beginning: Beginning, _ state: TrainingState, _ corpus: Corpus
  ) throws -> String {
    guard case .run(let checkpoint, let additionalSteps) = beginning else {
      return ""
    }
    let step = state.completedSteps
    var words =
      "resuming  \(saving.resume ?? "") after step \(step) of"
      + " \(state.options.steps.grouped)\n"
    if let digest = state.dataDigest, digest != corpus.digest {
      words +=
        "data      not the bytes with which the run began, but the same"
        + " documents\n"
    }
    let before = try TrainingState(checkpoint.manifest).options
    if additionalSteps > 0 && step > 0 && step < state.options.steps {
      let was = before.learningRate(ofStep: step - 1)
      let goesOn = state.options.learningRate(ofStep: step)
      words +=
        "extended  from \(before.steps.grouped) steps: the"
        + " \(before.schedule.rawValue) schedule spans them all, so the"
        + " learning rate goes on at \(rateWords(goesOn)) after"
        + " \(rateWords(was))\n"
    }
    return words
  }

  func wordsOfPatience(_ state: TrainingState) -> String {
    "stopped early after step \(state.completedSteps): the last"
      + " \(counted(state.options.patience ?? 0, "validation")) were no better"
      + " than the one after step \(state.best?.step ?? 0)\n"
  }

  func wordsOfStop(_ state: TrainingState) -> String {
    "stopped after step \(state.completedSteps) of"
      + " \(state.options.steps), saved in \(shellWord(outputPath)); to go on:"
      + " \(resumption(of: outputPath))"
  }

  private static func text(_ value: Properties.Value?) -> String {
    switch value {
    case .text(let text): text
    case .integers(let integers): integers.first?.description ?? "none"
    case .numbers(let numbers): numbers.first?.description ?? "none"
    case nil: "not set"
    }
  }
}
