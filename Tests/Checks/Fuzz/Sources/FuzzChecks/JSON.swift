import MicroGPTFormat
import MicroGPTInterchange

/// What must hold of the JSON reader, whatever the bytes.
public enum JSON {
  /// Reads bytes and, if they are the twin of a checkpoint, checks what follows
  /// from that.
  ///
  /// - Parameter bytes: Anything.
  public static func check(_ bytes: UnsafeRawBufferPointer) {
    let file: [UInt8]
    do {
      file = try binary(bytes)
    } catch {
      return require(!"\(error)".isEmpty, "an error says something")
    }
    require(throwing: "what the reader takes makes a valid file") {
      let checkpoint = try Checkpoint(bytes: file)
      try checkpoint.verify()
      var twin: [UInt8] = []
      try checkpoint.writeJSON { twin.append(contentsOf: $0) }
      let again = try twin.withUnsafeBytes { try binary($0) }
      require(again == file, "there and back again")
    }
  }

  /// The file of a twin.
  private static func binary(_ json: UnsafeRawBufferPointer) throws -> [UInt8] {
    var openings = 0
    let reader = try JSONCheckpointReader {
      openings += 1
      // The second time in small pieces, which must make no difference.
      return source(
        json, pieceByteCount: openings == 1 ? Int.max : 1 + json.count % 61)
    }
    let file = MemoryFile()
    let writer = try CheckpointWriter(reader.manifest, to: file)
    try reader.readElements { _, bytes in try writer.append(bytes) }
    try writer.finish()
    return file.bytes
  }

  /// A source of bytes, which gives them in pieces of at most some length.
  private static func source(
    _ bytes: UnsafeRawBufferPointer, pieceByteCount: Int
  ) -> JSONCheckpointReader.Source {
    var rest = bytes[...]
    return { buffer in
      let piece = rest.prefix(min(buffer.count, pieceByteCount))
      rest = rest.dropFirst(piece.count)
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
      return piece.count
    }
  }
}
