import MicroGPTFormat
import MicroGPTInterchange
import Testing

/// Models for the tests, and the way to JSON and back.
enum Twins {
  /// A manifest of a small model.
  static func manifest(
    layerCount: Int = 1, embeddingWidth: Int = 1, blockSize: Int = 1,
    characters: String = "a", elementType: ElementType = .f32,
    codec: Codec = .raw
  ) throws -> Manifest {
    let vocabulary = try #require(Vocabulary(of: characters.unicodeScalars))
    let configuration = try GPTConfiguration(
      layerCount: layerCount, headCount: 1, embeddingWidth: embeddingWidth,
      blockSize: blockSize, vocabularySize: vocabulary.size)
    return Manifest(
      configuration: configuration, vocabulary: vocabulary,
      elementType: elementType, codec: codec)
  }

  /// A whole file; the bits of its elements come from a function.
  static func file(
    _ manifest: Manifest, _ bits: (ElementType) -> UInt64
  ) throws -> [UInt8] {
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors {
      let bytes = (0..<tensor.elementCount).flatMap { _ in
        withUnsafeBytes(of: bits(tensor.elementType).littleEndian) {
          Array($0.prefix(tensor.elementType.byteCount))
        }
      }
      try writer.append(bytes)
    }
    try writer.finish()
    return file.bytes
  }

  /// The twin of a file.
  static func json(_ file: [UInt8]) throws -> [UInt8] {
    var json: [UInt8] = []
    try Checkpoint(bytes: file).writeJSON { json.append(contentsOf: $0) }
    return json
  }

  /// A source of bytes, which gives them in pieces of at most some length.
  static func source(
    _ bytes: [UInt8], pieceByteCount: Int = Int.max
  ) -> JSONCheckpointReader.Source {
    var rest = bytes[...]
    return { buffer in
      let piece = rest.prefix(min(buffer.count, pieceByteCount))
      rest = rest.dropFirst(piece.count)
      buffer.copyBytes(from: piece)
      return piece.count
    }
  }

  /// The file of a twin.
  static func file(
    json: [UInt8], pieceByteCount: Int = Int.max
  ) throws -> [UInt8] {
    let reader = try JSONCheckpointReader {
      source(json, pieceByteCount: pieceByteCount)
    }
    let file = MemoryFile()
    let writer = try CheckpointWriter(reader.manifest, to: file)
    try reader.readElements { _, bytes in try writer.append(bytes) }
    try writer.finish()
    return file.bytes
  }

  static func file(json: String) throws -> [UInt8] {
    try file(json: Array(json.utf8))
  }
}
