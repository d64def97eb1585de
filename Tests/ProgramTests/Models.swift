import Foundation
import MicroGPTFormat
import Testing

extension Folder {
  /// A value that weights of a model have instead of their own: one, or some in
  /// a row.
  struct Poison {
    let tensor: String
    let index: Int
    let value: Double
    var count = 1
  }

  /// Writes a model of small weights, whatever it may say.
  ///
  /// - Parameters:
  ///   - name: The file.
  ///   - width: The width of the embedding, which makes it large or small.
  ///   - elementType: The type of elements.
  ///   - codec: How they are stored.
  ///   - poison: The one weight that is not small.
  /// - Throws: Whatever keeps it from being written.
  func writeModel(
    _ name: String, width: Int = 16, elementType: ElementType = .f32,
    codec: Codec = .raw, poison: Poison? = nil
  ) throws {
    let vocabulary = try #require(Vocabulary(of: "abcdelnorv".unicodeScalars))
    let manifest = Manifest(
      configuration: try GPTConfiguration(
        embeddingWidth: width, vocabularySize: vocabulary.size),
      vocabulary: vocabulary, elementType: elementType, codec: codec)
    let writer = try CheckpointWriter(
      manifest, path: url.appending(path: name).path, replacing: true)
    // A noise that compresses as badly as weights do.
    var state: UInt32 = 1
    let noise = (0..<1 << 14).map { _ -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(Int32(bitPattern: state)) * 0x1p-38
    }
    for tensor in manifest.tensors {
      var index = 0
      while index < tensor.elementCount {
        var values = noise.prefix(tensor.elementCount - index)
          .map(Double.init)
        if let poison, poison.tensor == tensor.name,
          index..<index + values.count ~= poison.index
        {
          for place in 0..<poison.count {
            values[poison.index - index + place] = poison.value
          }
        }
        index += values.count
        switch elementType {
        case .f64: try writer.append(values)
        case .f32: try writer.append(values.map(Float.init))
        case .bf16:
          try writer.append(
            values.map {
              UInt16(truncatingIfNeeded: Float($0).bitPattern >> 16)
            })
        case .f16:
          // Zeros will do, and what all bits of the exponent mark.
          try writer.append(
            values.map { $0.isFinite ? 0 : UInt16(0x7e00) })
        }
      }
    }
    try writer.finish()
  }
}
