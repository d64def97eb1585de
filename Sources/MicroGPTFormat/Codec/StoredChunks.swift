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

  fileprivate let entryOffset: Int  // in the file
  fileprivate let checksum: UInt32
  fileprivate let covered: Slice<UnsafeRawBufferPointer>  // of the entry

  /// Checks its bytes against its checksum.
  func verify() throws(FormatError) {
    var computed = CRC32()
    computed.update(UnsafeRawBufferPointer(rebasing: covered))
    computed.update(UnsafeRawBufferPointer(rebasing: parts))
    guard computed.value == checksum else {
      throw FormatError(
        .checksumMismatch, ChunkEntry.Fields.checksum, of: name,
        at: entryOffset, found: hexadecimal(checksum),
        expected: hexadecimal(computed.value))
    }
  }
}

/// The chunks of a compressed tensor, one after the other.
///
/// Whatever reads chunks walks them here: ``ReadAhead`` one by one, verifying a
/// few on each thread.
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
  ///   - index: Its index in the file's directory.
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

  /// Decodes the next chunks.
  ///
  /// - Parameters:
  ///   - count: Their number, if there are as many.
  ///   - decoder: A decoder for the tensor.
  ///   - verifying: Whether their checksums are checked, and that of their
  ///     elements computed.
  ///   - body: What is done with the elements of each, while they are in the
  ///     cache; they are valid until the decoder is used again.
  /// - Returns: The checksum of all their elements.
  /// - Throws: ``FormatError`` if a chunk breaks a rule, or bytes follow the
  ///   tensor's last one.
  func decode(
    first count: Int, with decoder: ChunkDecoder, verifying: Bool,
    _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FormatError) -> CRC32 {
    var chunks = self
    var checksum = CRC32()
    for _ in 0..<count {
      guard let chunk = try chunks.next() else { break }
      let elements = try decoder.decode(chunk, verifying: verifying)
      if verifying { checksum.update(elements) }
      body(elements)
    }
    guard chunks.table.isEmpty, !chunks.rest.isEmpty else { return checksum }
    throw FormatError(
      .trailingBytes, "DATA[\(tensorIndex)]", at: start,
      found: "\(chunks.rest.count) bytes after the last chunk",
      expected: "none")
  }

  /// Leaves out chunks; what is wrong with them is found by who decodes them.
  mutating func skip(_ count: Int) {
    for _ in 0..<count where !table.isEmpty { _ = takeParts() }
  }

  /// The next chunk; `nil` at the end.
  private mutating func next() throws(FormatError) -> StoredChunk? {
    guard !table.isEmpty else { return nil }
    let entryOffset = table.startIndex
    let name = "DATA[\(tensorIndex)].chunk[\(chunkIndex)]"
    var parser = ByteParser(table.prefix(entryByteCount), context: name)
    let checksum: UInt32 = try parser.integer(ChunkEntry.Fields.checksum)
    let covered = parser.remaining
    let entry = try ChunkEntry(parsing: &parser)
    let byteCount = min(decodedByteCount, ChunkTable.chunkByteCount)
    guard let parts = takeParts() else {
      throw parser.error(
        .truncated, "parts", at: rest.startIndex, found: "\(rest.count) bytes",
        expected: "\(entry.parts.reduce(0) { $0 + $1.byteCount })")
    }
    return StoredChunk(
      entry: entry, name: name, parts: parts, decodedByteCount: byteCount,
      entryOffset: entryOffset, checksum: checksum, covered: covered)
  }

  /// Goes on to the chunk after the next one.
  ///
  /// - Returns: The parts of the next one; `nil` if they do not fit into what
  ///   is left of the tensor.
  private mutating func takeParts() -> Slice<UnsafeRawBufferPointer>? {
    let byteCount = ChunkEntry.byteCountOfParts(
      in: table.prefix(entryByteCount))
    guard byteCount <= rest.count else { return nil }
    let parts = rest.prefix(byteCount)
    rest = rest.dropFirst(byteCount)
    table = table.dropFirst(entryByteCount)
    decodedByteCount -= min(decodedByteCount, ChunkTable.chunkByteCount)
    chunkIndex += 1
    return parts
  }
}
