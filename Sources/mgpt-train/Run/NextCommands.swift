import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTTraining

/// The commands to type after a run, spelt so that they work where this one
/// did.
struct NextCommands {
  let data: DataOptions

  /// Three commands to try next with the model of a file.
  func suggestions(of path: String) -> String {
    let output = shellWord(path)
    return """

      Try next:
        \(command("mgpt-sample")) \(output) -n 5
        \(command("mgpt-inspect")) \(output)
        \(command("mgpt-convert")) \(output) \(shellWord(data.name + ".json"))

      """
  }

  /// What to type to go on with the run that a file holds.
  func resumption(of path: String) -> String {
    command("mgpt-train")
      + (data.data.map { " --data \(shellWord($0))" } ?? "")
      + " --resume \(shellWord(path))"
  }

  /// That a run stopped before its end, and how it goes on.
  func stop(_ state: TrainingState, savedAs path: String) -> String {
    "stopped after step \(state.completedSteps) of"
      + " \(state.options.stepCount), saved in \(shellWord(path)); to go on:"
      + " \(resumption(of: path))"
  }

  /// What to do with a run that was saved elsewhere.
  func advice(_ state: TrainingState, _ path: String) -> String {
    state.isFinished
      ? "; to see what it writes: \(command("mgpt-sample"))"
        + " \(shellWord(path)) -n 5; to train it further:"
        + " \(resumption(of: path)) --extend \(state.options.stepCount)"
      : "; to go on: \(resumption(of: path))"
  }

  /// A program, called as this one was.
  private func command(_ name: String) -> String {
    let invoked = CommandLine.arguments.first ?? ""
    let folder =
      invoked.lastIndex(of: "/").map { String(invoked[...$0]) } ?? ""
    // As “swift run” calls it, which works where the package is.
    var status = mgpt_file_status()
    let isRunByPackageManager =
      folder.contains(".build/")
      && mgpt_status_of_path("Package.swift", &status) == 0
    return isRunByPackageManager
      ? "swift run -c release \(name)" : shellWord(folder + name)
  }
}
