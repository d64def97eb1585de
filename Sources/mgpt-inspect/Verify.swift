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

  @Argument(help: "The checkpoints, at least one.")
  var files: [String]

  func execute() throws {
    var failures: [CommandFailure] = []
    for file in files {
      let verdict: String
      do {
        let checkpoint = try Checkpoint(path: file)
        let remark = NonFiniteReport(try checkpoint.verifyFindingNonFinite())
        verdict =
          "ok, \(checkpoint.tensors.count) tensors,"
          + " \(checkpoint.byteCount.grouped) bytes"
          + (remark.map { "; \($0.words)" } ?? "")
      } catch {
        failures.append(.reading(error, file))
        verdict = "FAILED"
      }
      try StandardOutput.write("\(file): \(verdict)\n")
    }
    if let failure = CommandFailure.all(failures) { throw failure }
  }
}
