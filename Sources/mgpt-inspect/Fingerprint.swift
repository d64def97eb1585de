import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat

struct Fingerprint: Command {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint",
    abstract: "Prints what identifies a model in any of its forms.",
    discussion: """
      The SHA-256 of the model's raw file without training state and labels, \
      a line a file, in the form of sha256sum. It is the same for the raw, \
      the compressed and the stripped form of a model.

      Example: mgpt-inspect fingerprint names.mgpt
      """)

  @Argument(
    help: "The checkpoints, at least one; - is standard input.",
    transform: fileName)
  var files: [String]

  func execute() throws {
    for file in files {
      let checkpoint = try Checkpoint(named: file)
      let digest: String
      do { digest = try checkpoint.fingerprint() } catch {
        throw CommandFailure.reading(error, file)
      }
      try StandardOutput.write(line(digest, file))
    }
  }

  /// A line as sha256sum writes it: a name that would take several is escaped,
  /// and the line begins with a backslash to say so.
  private func line(_ digest: String, _ file: String) -> String {
    let name = file.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      default: String(scalar)
      }
    }.joined()
    return (name == file ? "" : "\\") + "\(digest)  \(name)\n"
  }
}
