#if Server
import Foundation
import MicroGPTFormat
import Testing

/// A model that never ends a text, as a file in a folder of its own: each text
/// fills the context.
final class EndlessModel {
  let path: String
  private let folder: URL

  init(blockSize: Int = 1024) throws {
    let vocabulary = try #require(Vocabulary(of: "ab".unicodeScalars))
    let configuration = try GPTConfiguration(
      layerCount: 1, headCount: 1, embeddingWidth: 4, blockSize: blockSize,
      vocabularySize: vocabulary.size)
    let manifest = Manifest(
      configuration: configuration, vocabulary: vocabulary,
      elementType: .f32, codec: .raw)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors {
      // All that is not zero is what all tokens have in common, and what makes
      // BOS, the last of them, hopeless.
      var elements = [Float](repeating: 0, count: tensor.elementCount)
      if tensor.name == "wte" {
        elements = elements.map { _ in 1 }
      } else if tensor.name == "lm_head" {
        for index in elements.indices.suffix(4) { elements[index] = -100 }
      }
      try writer.append(elements)
    }
    folder = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-serve-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    path = folder.appending(path: "endless.mgpt").path
    try writer.finish()
    try Data(file.bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
#endif
