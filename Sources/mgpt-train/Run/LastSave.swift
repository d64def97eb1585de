import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat

/// The save at the end of a run: what took long to learn is lost neither to a
/// full disk nor to another program that writes the same file.
struct LastSave {
  let saver: Saver
  let engine: any TrainingEngine
  /// What to type to go on from a file.
  let advice: (String) -> String

  /// How long another program is waited for.
  private static let patience = Duration.seconds(10)

  /// Saves the run under its name or, if that cannot be, under another one.
  ///
  /// - Returns: The length of the file in bytes.
  /// - Throws: `CommandFailure` if it does not have its name: where it is, or
  ///   which folders did not take it, and why.
  func perform() throws -> Int {
    do {
      do {
        return try saver.saveAtEnd(engine)
      } catch CheckpointError.targetBusy {
        return try saveWhenFree()
      }
    } catch let error as CheckpointError {
      let rescue = Rescue(saver, engine, of: saver.path)
      throw CommandFailure.writing(error, saver.path).adding(
        rescue.path.map {
          "; the run was saved as \(shellWord($0)) instead\(advice($0))"
        } ?? "; nor could the run be saved elsewhere: \(rescue.words)")
    }
  }

  /// Waits for another program to be done with the target.
  ///
  /// A signal ends the wait, and one that came before has no time for it.
  private func saveWhenFree() throws -> Int {
    let clock = ContinuousClock()
    let end = clock.now + Self.patience
    if mgpt_noted_signal() == 0 {
      StandardError.write(
        "warning: another program is writing \(saver.path), waiting for it"
          + " \(durationWords(Self.patience)) at most; Ctrl-C saves the run"
          + " under another name\n")
    }
    while mgpt_noted_signal() == 0 && clock.now < end {
      mgpt_sleep(50)
      do {
        return try saver.saveAtEnd(engine)
      } catch CheckpointError.targetBusy {
        continue
      }
    }
    return try saver.saveAtEnd(engine)
  }
}
