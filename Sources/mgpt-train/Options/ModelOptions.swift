import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

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

  @Option(\.initialStandardDeviation) var initialDeviation: Double

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

  /// Refuses dimensions that are not those of a file.
  func requireDimensions(of manifest: Manifest, _ path: String) throws {
    let theirs = manifest.configuration
    let dimensions = [
      ("--n-layer", nLayer, theirs.layerCount),
      ("--n-head", nHead, theirs.headCount),
      ("--n-embd", nEmbd, theirs.embeddingWidth),
      ("--block-size", blockSize, theirs.blockSize),
    ]
    for (option, value, expected) in dimensions where value != expected {
      throw CommandFailure.usage(
        "\(option) is \(value), expected \(expected) as in \(path)")
    }
  }
}
