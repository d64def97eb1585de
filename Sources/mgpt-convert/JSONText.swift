import MicroGPTCommandLine
import MicroGPTInterchange

/// The JSON input, which is read twice: a file is opened again, what cannot be
/// opened again is kept in memory.
struct JSONText {
  let path: String

  func reader() throws -> JSONCheckpointReader {
    let file = try InputFile(path)
    guard path != "-", file.isRegular else {
      let bytes = try file.readToEnd()
      return try JSONCheckpointReader { Self.source(of: bytes) }
    }
    return try JSONCheckpointReader {
      let file = try InputFile(path)
      return { try file.read(into: $0) }
    }
  }

  private static func source(of bytes: [UInt8]) -> JSONCheckpointReader.Source {
    var rest = bytes[...]
    return { buffer in
      let piece = rest.prefix(buffer.count)
      buffer.copyBytes(from: piece)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
  }
}
