import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat

struct Show: Command {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows header, configuration, vocabulary and tensors.",
    discussion: "Example: mgpt-inspect names.mgpt --json")

  @Argument(
    help: "The checkpoint; - is standard input.", transform: fileName)
  var file: String

  @Flag(name: .long, help: "One JSON object instead of tables.")
  var json = false

  func execute() throws {
    let report = Report(try Checkpoint(named: file))
    try StandardOutput.write(json ? report.json() : report.text)
  }
}
