import Foundation
import MicroGPTFormat
import Testing

/// Spec/FORMAT.md, taken apart into what can be executed.
struct Specification {
  let text: String
  let lines: [String]

  init() throws {
    let url = URL(filePath: #filePath)
      .deletingLastPathComponent()  // MicroGPTFormatTests
      .deletingLastPathComponent()  // Tests
      .deletingLastPathComponent()
      .appending(path: "Spec/FORMAT.md")
    text = try String(contentsOf: url, encoding: .utf8)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The lines of the one fenced block of a name.
  func block(_ name: String) throws -> [String] {
    let starts = lines.indices.filter { lines[$0] == "```\(name)" }
    try #require(starts.count == 1, "blocks called \(name)")
    return lines[(starts[0] + 1)...].prefix { $0 != "```" }.map { $0 }
  }

  /// The rows of the first table whose heading begins so, in a section or
  /// anywhere, cell by cell.
  func rows(
    under heading: String, inSection section: String = "# "
  ) throws -> [[String]] {
    let top = try #require(lines.firstIndex { $0.hasPrefix(section) })
    let start = try #require(
      lines[top...].firstIndex { $0.hasPrefix(heading) })
    return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
      line.dropFirst().dropLast().split(
        separator: "|", omittingEmptySubsequences: false
      ).map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// A line of a dump: `OFFSET  BYTES  ; ANNOTATION`, in hexadecimal.
  struct DumpLine {
    let offset: Int
    let bytes: [UInt8]
    let annotation: String
  }

  /// The lines of a dump; if it is continuous, each begins where the one
  /// before it ends, and the first at 0.
  func dump(
    _ name: String, isContinuous: Bool = true
  ) throws -> [DumpLine] {
    var end = 0
    return try block("hexdump \(name)").map { line in
      let sides = line.components(separatedBy: "  ; ")
      try #require(sides.count == 2, "\(line)")
      let words = sides[0].split(separator: " ")
      let offset = try #require(words.first.flatMap { Int($0, radix: 16) })
      let bytes = try words.dropFirst().map {
        try #require(UInt8($0, radix: 16), "\(line)")
      }
      if isContinuous { try #require(offset == end, "\(line)") }
      end = offset + bytes.count
      return DumpLine(offset: offset, bytes: bytes, annotation: sides[1])
    }
  }

  /// All bytes of a dump.
  func bytes(_ name: String) throws -> [UInt8] {
    try dump(name).flatMap(\.bytes)
  }

  /// The example as JSON.
  func twin() throws -> Twin {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Twin.self, from: Data(block("json").joined(separator: "\n").utf8))
  }
}

/// The JSON form of a checkpoint, so far as the example of the specification
/// needs it.
struct Twin: Decodable {
  struct Config: Decodable {
    let nLayer, nHead, nEmbd, blockSize, vocabSize: Int
  }

  struct Tensor: Decodable {
    let name, role, dtype: String
    let shape: [Int]
    var codec: String
    let data: [Float]

    func with(codec: String) -> Tensor {
      var changed = self
      changed.codec = codec
      return changed
    }
  }

  let config: Config
  let vocab: String
  var metadata: [String: String]?
  var tensors: [Tensor]

  func manifest() throws -> Manifest {
    Manifest(
      configuration: try GPTConfiguration(
        layerCount: config.nLayer, headCount: config.nHead,
        embeddingWidth: config.nEmbd, blockSize: config.blockSize,
        vocabularySize: config.vocabSize),
      vocabulary: try #require(
        Vocabulary(sorted: Array(vocab.unicodeScalars))),
      tensors: try tensors.map { tensor in
        TensorDescriptor(
          name: tensor.name,
          role: try #require(
            TensorRole.allCases.first { $0.name == tensor.role }),
          elementType: try #require(
            ElementType.allCases.first { $0.name == tensor.dtype }),
          shape: tensor.shape,
          codec: try #require(
            Codec.allCases.first { $0.name == tensor.codec }))
      },
      metadata: try metadata.map {
        try Properties($0.mapValues { .text($0) })
      })
  }

  /// The checkpoint; all of its tensors are f32.
  func file() throws -> [UInt8] {
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest(), to: file)
    for tensor in tensors {
      try #require(tensor.dtype == "f32")
      try writer.append(tensor.data)
    }
    try writer.finish()
    return file.bytes
  }
}
