import MicroGPTFormat
import MicroGPTRandom
import Testing

/// Models for the tests: small, of any type of element, reproducible.
enum Models {
  /// A vocabulary of so many characters, from “a” on.
  static func vocabulary(characterCount: Int) throws -> Vocabulary {
    let scalars = (0..<characterCount).compactMap {
      Unicode.Scalar(UInt32(97 + $0))
    }
    return try #require(Vocabulary(sorted: scalars))
  }

  /// A manifest of the smallest model, or a larger one.
  static func manifest(
    layerCount: Int = 1, headCount: Int = 1, embeddingWidth: Int = 1,
    blockSize: Int = 1, characterCount: Int = 1,
    elementType: ElementType = .f32, codec: Codec = .raw
  ) throws -> Manifest {
    let configuration = try GPTConfiguration(
      layerCount: layerCount, headCount: headCount,
      embeddingWidth: embeddingWidth, blockSize: blockSize,
      vocabularySize: characterCount + 1)
    return Manifest(
      configuration: configuration,
      vocabulary: try vocabulary(characterCount: characterCount),
      elementType: elementType, codec: codec)
  }

  /// The bytes of elements that look like trained weights.
  static func elements(
    of tensor: TensorDescriptor, using generator: inout SamplerRandom
  ) -> [UInt8] {
    (0..<tensor.elementCount).flatMap { _ -> [UInt8] in
      let value =
        (0..<4).reduce(0.0) { sum, _ in
          sum + Double.random(in: -0.1...0.1, using: &generator)
        }
      let bits = Float(value).bitPattern
      return switch tensor.elementType {
      case .f32: bytes(of: bits)
      case .f64: bytes(of: value.bitPattern)
      case .bf16: bytes(of: UInt16(bits >> 16))
      case .f16: bytes(of: UInt16(truncatingIfNeeded: bits >> 13) & 0xbfff)
      }
    }
  }

  /// A whole file with elements that look like trained weights.
  static func file(
    _ manifest: Manifest, seed: UInt64 = 1
  ) throws -> [UInt8] {
    var generator = SamplerRandom(seed: seed, stream: 0)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors {
      try writer.append(elements(of: tensor, using: &generator))
    }
    try writer.finish()
    return file.bytes
  }

  static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
  }
}

extension Checkpoint {
  /// The decoded bytes of a tensor.
  func bytes(ofTensorAt index: Int) throws -> [UInt8] {
    var reader = try TensorReader(self, tensorAt: index)
    var bytes: [UInt8] = []
    while let chunk = try reader.next() { bytes.append(contentsOf: chunk) }
    return bytes
  }
}
