import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat

/// The dimensions of the model and its first weights.
struct ModelOptions: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: "Layers, 1 to 1000.")
  var nLayer = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: "Attention heads, a divisor of --n-embd.")
  var nHead = 4

  @Option(
    name: .long, parsing: .unconditional,
    help: "Width of the embedding, 1 to 65536.")
  var nEmbd = 16

  @Option(
    name: .long, parsing: .unconditional,
    help: "The most characters in view, 1 to 1048576.")
  var blockSize = 16

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Standard deviation of the first weights, 0 to 10; wide models want less.
      """)
  var initialDeviation = 0.08

  @Option(
    name: .long,
    help: """
      Begin with the weights, dimensions and characters of this checkpoint.
      """, transform: fileName)
  var initFrom: String?

  func validate() throws {
    // With any vocabulary: the data comes later.
    _ = try configuration(vocabularySize: 2)
  }

  func configuration(vocabularySize: Int) throws -> GPTConfiguration {
    do {
      return try GPTConfiguration(
        layerCount: nLayer, headCount: nHead, embeddingWidth: nEmbd,
        blockSize: blockSize, vocabularySize: vocabularySize)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
