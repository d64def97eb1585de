import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

struct CodecBench: Command {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Measures compressing, reading and verifying alone.",
    discussion: """
      The elements of the checkpoint are stored raw and compressed, in memory, \
      and read again. A gigabyte is 10⁹ bytes of elements.

      Example: mgpt-bench codec names.mgpt
      """)

  @Argument(
    help: "The checkpoint, in either codec (default: initial weights).")
  var file: String?

  @OptionGroup var options: BenchOptions

  func execute() throws {
    try options.measure { bench in
      guard let file else {
        return try bench.addCodec(Elements(bench.largerModel()))
      }
      let elements: Elements
      do {
        elements = try Elements(Checkpoint(path: file))
      } catch let error as CheckpointError {
        throw CommandFailure.reading(error, file)
      }
      try bench.addCodec(elements)
    }
  }
}

extension Elements {
  /// The initial weights of a model.
  convenience init(_ subject: Subject) throws {
    try self.init(subject.trainer(batchSize: 1).checkpoint(subject))
  }
}
