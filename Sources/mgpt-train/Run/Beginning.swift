import MicroGPTCommandLine
import MicroGPTFormat

/// What an engine begins with.
enum Beginning {
  /// Weights that are drawn.
  case drawn
  /// The weights of another model.
  case model(Checkpoint)
  /// What a run left.
  case run(ResumedRun)

  /// Opens what the command line names to begin with.
  init(_ model: ModelOptions, _ saving: SavingOptions) throws {
    guard let path = saving.resume ?? model.initFrom else {
      self = .drawn
      return
    }
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(path: path, mode: .copied) } catch {
      throw CommandFailure.reading(error, path)
    }
    try model.requireDimensions(of: checkpoint.manifest, path)
    self =
      saving.resume == nil
      ? .model(checkpoint)
      : .run(
        try ResumedRun(
          path: path, checkpoint: checkpoint,
          additionalSteps: saving.extend ?? 0))
  }

  /// The checkpoint to begin with.
  var checkpoint: Checkpoint? {
    switch self {
    case .drawn: nil
    case .model(let checkpoint): checkpoint
    case .run(let run): run.checkpoint
    }
  }

  /// The run to go on with.
  var run: ResumedRun? {
    if case .run(let run) = self { run } else { nil }
  }
}
