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

  @Argument(help: "The checkpoints, at least one.")
  var files: [String]

  func execute() throws {
    for file in files {
      let digest: String
      do {
        digest = try Checkpoint(path: file).fingerprint()
      } catch {
        throw CommandFailure.reading(error, file)
      }
      try StandardOutput.write("\(digest)  \(file)\n")
    }
  }
}
