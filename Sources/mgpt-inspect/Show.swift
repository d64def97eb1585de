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
    let checkpoint = try Checkpoint(named: file)
    let report: CheckpointReport
    do {
      report = CheckpointReport(checkpoint, try nonFiniteElements(checkpoint))
    } catch {
      throw CommandFailure.reading(error, file)
    }
    try StandardOutput.write(json ? report.json() : report.text)
  }

  /// None of a damaged file, which verify is for.
  private func nonFiniteElements(
    _ checkpoint: Checkpoint
  ) throws(CheckpointError) -> [NonFiniteElements] {
    do { return try checkpoint.nonFiniteElements() } catch {
      guard case .format = error else { throw error }
      return []
    }
  }
}
