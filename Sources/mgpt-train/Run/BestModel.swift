import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// The checkpoint of the best validation of a run that holds something out.
struct BestModel {
  /// The file.
  let path: String
  /// The validation after which it was saved.
  let validation: TrainingState.Best
  /// Whether the model at the end is another one, and worse.
  let isBetterThanLast: Bool

  /// Finds the file, which a resumed run may have left under its former name;
  /// `nil` if nothing is held out, or no file has the best model.
  ///
  /// - Parameters:
  ///   - state: The run.
  ///   - saver: What it has saved.
  ///   - resumed: The checkpoint that it went on from, if any.
  init?(_ state: TrainingState, _ saver: Saver, resumed: String?) {
    guard let best = state.best else { return nil }
    let path: String
    if let saved = saver.savedBest, saved.step == best.step {
      path = saved.path
    } else {
      let others =
        [saver.bestPath] + (resumed.map { [Saver.bestPath(of: $0)] } ?? [])
      guard let found = others.first(where: { Self.has(best, state, $0) })
      else { return nil }
      path = found
    }
    self.path = path
    validation = best
    isBetterThanLast = best.step != state.completedSteps
  }

  /// Whether a file holds the run as it was after its best validation.
  private static func has(
    _ best: TrainingState.Best, _ state: TrainingState, _ path: String
  ) -> Bool {
    guard let checkpoint = try? Checkpoint(path: path),
      let found = try? TrainingState(checkpoint.manifest)
    else { return false }
    return found.completedSteps == best.step && found.best == best
      && found.dataDigest == state.dataDigest
      && found.options.seed == state.options.seed
  }
}
