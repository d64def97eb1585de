import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat

struct Verify: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every byte of checkpoints.",
    discussion: """
      A line a file on standard output; what is wrong with one goes to \
      standard error. Elements that are not finite are legal, and remarked on \
      after “ok”. A file called “verify” is ./verify.

      Example: mgpt-inspect verify names.mgpt backup.mgpt
      """)

  @Argument(
    help: "The checkpoints, at least one; - is standard input.",
    transform: fileName)
  var files: [String]

  func execute() throws {
    var failures: [CommandFailure] = []
    for file in files {
      let verdict: String
      do throws(CommandFailure) {
        verdict = try self.verdict(on: Checkpoint(named: file), file)
      } catch {
        failures.append(error)
        verdict = "FAILED"
      }
      try StandardOutput.write("\(shownPath(file)): \(verdict)\n")
    }
    if let failure = CommandFailure.all(failures) { throw failure }
  }

  private func verdict(
    on checkpoint: Checkpoint, _ file: String
  ) throws(CommandFailure) -> String {
    let remark: NonFiniteReport?
    do {
      remark = NonFiniteReport(try checkpoint.verifyFindingNonFinite())
    } catch {
      throw .reading(error, file)
    }
    return "ok, \(checkpoint.tensors.count) tensors,"
      + " \(checkpoint.byteCount.groupedDescription) bytes"
      + (remark.map { "; \($0.words)" } ?? "")
  }
}
