/// A chunk of a compressed tensor, as the file holds it.
///
/// Spec: section 8.2.
struct StoredChunk {
  let entry: ChunkEntry
  /// What it is called in errors.
  let name: String
  /// The bytes of its parts, one after the other.
  let parts: Slice<UnsafeRawBufferPointer>
  /// The length of its elements.
  let decodedByteCount: Int

  fileprivate let checksum: UInt32
  fileprivate let covered: Slice<UnsafeRawBufferPointer>  // of the entry

  /// Checks its bytes against its checksum.
  func verify() throws(FormatError) {
    var computed = CRC32()
    computed.update(UnsafeRawBufferPointer(rebasing: covered))
    computed.update(UnsafeRawBufferPointer(rebasing: parts))
    guard computed.value == checksum else {
      throw FormatError(
        .checksumMismatch, "\(name).crc32", at: covered.startIndex - 4,
        found: hexadecimal(checksum), expected: hexadecimal(computed.value))
    }
  }
}

/// The chunks of a compressed tensor, one after the other: where they lie, for
/// which only the table is read.
struct StoredChunks {
  private let tensorIndex: Int
  private let start: Int  // of the tensor in the file
  private let entryByteCount: Int
  private var table: Slice<UnsafeRawBufferPointer>  // what is left of it
  private var decodedByteCount: Int  // of the chunks that are left
  private var chunkIndex = 0
  /// What follows the parts of the chunks that were taken.
  private var rest: Slice<UnsafeRawBufferPointer>

  /// Starts at the first chunk.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - index: Its place in the file's directory.
  ///   - stored: Its bytes in the file.
  init(
    of tensor: TensorDescriptor, at index: Int,
    in stored: Slice<UnsafeRawBufferPointer>
  ) {
    tensorIndex = index
    start = stored.startIndex
    entryByteCount = ChunkTable.entryByteCount(
      width: tensor.elementType.byteCount)
    table = stored.prefix(ChunkTable.byteCount(of: tensor))
    rest = stored.dropFirst(table.count)
    decodedByteCount = tensor.byteCount
  }

  /// The next chunk; `nil` at the end.
  ///
  /// - Throws: ``FormatError`` if its entry breaks a rule, or its parts do not
  ///   fit into what is left of the tensor.
  mutating func next() throws(FormatError) -> StoredChunk? {
    guard !table.isEmpty else { return nil }
    let name = "DATA[\(tensorIndex)].chunk[\(chunkIndex)]"
    var parser = ByteParser(table.prefix(entryByteCount), context: name)
    let checksum: UInt32 = try parser.integer("crc32")
    let covered = parser.remaining
    let entry = try ChunkEntry(parsing: &parser)
    let byteCount = entry.parts.reduce(0) { $0 + $1.byteCount }
    guard byteCount <= rest.count else {
      throw parser.error(
        .truncated, "parts", at: rest.startIndex, found: "\(rest.count) bytes",
        expected: "\(byteCount)")
    }
    let chunk = StoredChunk(
      entry: entry, name: name, parts: rest.prefix(byteCount),
      decodedByteCount: min(decodedByteCount, ChunkTable.chunkByteCount),
      checksum: checksum, covered: covered)
    rest = rest.dropFirst(byteCount)
    table = table.dropFirst(entryByteCount)
    decodedByteCount -= chunk.decodedByteCount
    chunkIndex += 1
    return chunk
  }

  /// Checks that nothing follows the parts of the last chunk.
  ///
  /// - Throws: ``FormatError`` if something does.
  func checkEnd() throws(FormatError) {
    guard rest.isEmpty else {
      throw FormatError(
        .trailingBytes, "DATA[\(tensorIndex)]", at: start,
        found: "\(rest.count) bytes after the last chunk", expected: "none")
    }
  }
}
