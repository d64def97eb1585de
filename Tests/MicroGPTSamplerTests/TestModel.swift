import MicroGPTFormat
import MicroGPTSampler
import Testing

/// Models with random weights for the sampler's tests.
struct TestModel {
  var configuration: GPTConfiguration
  var vocabulary: Vocabulary
  /// Values that f32 holds exactly, by name.
  var weights: [String: [Float]]

  /// A model whose weights are spread enough for its texts to vary.
  init(
    layerCount: Int = 1, headCount: Int = 4, embeddingWidth: Int = 16,
    blockSize: Int = 16, seed: UInt64 = 1,
    characters: String = "abcdefghijklmnopqrstuvwxyz"
  ) throws {
    vocabulary = try #require(Vocabulary(of: characters.unicodeScalars))
    configuration = try GPTConfiguration(
      layerCount: layerCount, headCount: headCount,
      embeddingWidth: embeddingWidth, blockSize: blockSize,
      vocabularySize: vocabulary.size)
    var state = seed
    weights = [:]
    for matrix in configuration.weightShapes {
      weights[matrix.name] = (0..<matrix.elementCount).map { _ in
        // Numerical Recipes' generator: any spread will do.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-32
      }
    }
  }

  /// The model as a file.
  func file(elementType: ElementType = .f32, codec: Codec = .raw) throws
    -> [UInt8]
  {
    let manifest = Manifest(
      configuration: configuration, vocabulary: vocabulary,
      elementType: elementType, codec: codec)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors {
      let elements = try #require(weights[tensor.name])
      if elementType == .f64 {
        try writer.append(elements.map(Double.init))
      } else {
        try writer.append(elements)
      }
    }
    try writer.finish()
    return file.bytes
  }

  /// The model, opened.
  func opened(threadCount: Int = 1) throws -> LanguageModel {
    try LanguageModel(bytes: file(), threadCount: threadCount)
  }
}
