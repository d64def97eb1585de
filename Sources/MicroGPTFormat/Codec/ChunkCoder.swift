/// Encodes and decodes chunks of a compressed tensor.
///
/// Spec: section 8.
///
/// It owns the scratch memory for one chunk, so that coding a tensor of any
/// size allocates once.
final class ChunkCoder {
  private let width: Int
  private let planes: UnsafeMutableRawBufferPointer  // (width, n) bytes
  private let scratch: UnsafeMutableRawBufferPointer  // a stream or nibble form

  /// Creates a coder for the chunks of a tensor.
  init(for tensor: TensorDescriptor) {
    width = tensor.elementType.byteCount
    let byteCount = min(tensor.byteCount, ChunkTable.chunkByteCount)
    let form = ExponentNibbles.greatestByteCount(byteCount: byteCount / width)
    planes = .allocate(byteCount: byteCount, alignment: 64)
    scratch = .allocate(byteCount: max(byteCount, form), alignment: 64)
  }

  deinit {
    planes.deallocate()
    scratch.deallocate()
  }

  private func plane(_ index: Int, count: Int) -> UnsafeMutableRawBufferPointer
  {
    UnsafeMutableRawBufferPointer(
      rebasing: planes[index * count..<(index + 1) * count])
  }

  /// Encodes a chunk; the inverse of ``decode(_:parts:into:with:)``.
  ///
  /// - Parameters:
  ///   - elements: The decoded bytes, at most a chunk's.
  ///   - deflater: What deflates.
  /// - Returns: The chunk's entry in the table, and its parts one after the
  ///   other.
  func encode(
    _ elements: UnsafeRawBufferPointer, with deflater: Deflater
  ) -> (entry: [UInt8], parts: [UInt8]) {
    let count = elements.count / width
    var entry = ChunkEntry(
      isRotated: BytePlanes.signsDiffer(elements, width: width))
    BytePlanes.split(
      elements, rotated: entry.isRotated, into: planes, width: width)
    var parts: [UInt8] = []
    // A stream must save at least 1/64 to be worth its decoding.
    let room = UnsafeMutableRawBufferPointer(
      rebasing: scratch.prefix(count - (count + 63) / 64))
    for index in 0..<width {
      let plane = UnsafeRawBufferPointer(plane(index, count: count))
      var kind = PartKind.stored
      var part = plane
      func use(_ input: UnsafeRawBufferPointer, _ deflated: PartKind) -> Bool {
        guard let length = deflater.deflate(input, into: room) else {
          return false
        }
        kind = deflated
        part = UnsafeRawBufferPointer(rebasing: room.prefix(length))
        return true
      }
      let form = index == width - 1 ? ExponentNibbles.encode(plane) : nil
      let isDone = form?.withUnsafeBytes { use($0, .deflatedNibbles) } ?? false
      if !isDone { _ = use(plane, .deflated) }
      entry.parts.append(.init(byteCount: part.count, kind: kind))
      parts.append(contentsOf: part)
    }
    let bytes = entry.serialized()
    var checksum = CRC32()
    bytes.withUnsafeBytes { checksum.update($0) }
    parts.withUnsafeBytes { checksum.update($0) }
    var builder = ByteBuilder()
    builder.append(checksum.value)
    builder.append(bytes)
    return (builder.bytes, parts)
  }

  /// Decodes a chunk; the inverse of ``encode(_:with:)``.
  ///
  /// - Parameters:
  ///   - entry: The chunk's entry in the table.
  ///   - rest: What is left of the tensor's bytes; the chunk's parts stand
  ///     first.
  ///   - elements: Room for exactly the chunk.
  ///   - context: What the entry is called in errors.
  ///   - inflater: What inflates.
  /// - Returns: What is left behind the chunk's parts.
  /// - Throws: ``FormatError`` if the checksum differs or a part does not
  ///   decode to exactly its plane.
  func decode(
    _ entry: Slice<UnsafeRawBufferPointer>,
    parts rest: Slice<UnsafeRawBufferPointer>,
    into elements: UnsafeMutableRawBufferPointer, context: String,
    with inflater: Inflater
  ) throws(FormatError) -> Slice<UnsafeRawBufferPointer> {
    var parser = ByteParser(entry, context: context)
    let checksumOffset = parser.byteOffset
    let stored: UInt32 = try parser.integer("crc32")
    let covered = parser.remaining
    let chunk = try ChunkEntry(parsing: &parser)
    let byteCount = chunk.parts.reduce(0) { $0 + $1.byteCount }
    guard byteCount <= rest.count else {
      throw parser.error(
        .truncated, "parts", at: rest.startIndex, found: "\(rest.count) bytes",
        expected: "\(byteCount)")
    }
    var bytes = rest.prefix(byteCount)
    var computed = CRC32()
    computed.update(UnsafeRawBufferPointer(rebasing: covered))
    computed.update(UnsafeRawBufferPointer(rebasing: bytes))
    guard computed.value == stored else {
      throw parser.error(
        .checksumMismatch, "crc32", at: checksumOffset,
        found: hexadecimal(stored), expected: hexadecimal(computed.value))
    }
    let count = elements.count / width
    for (index, part) in chunk.parts.enumerated() {
      let expected = decode(
        part, UnsafeRawBufferPointer(rebasing: bytes.prefix(part.byteCount)),
        into: plane(index, count: count), with: inflater)
      if let expected {
        throw parser.error(
          .malformedStream, "parts[\(index)]", at: bytes.startIndex,
          found: "\(part.byteCount) bytes that do not decode",
          expected: expected)
      }
      bytes = bytes.dropFirst(part.byteCount)
    }
    BytePlanes.join(
      UnsafeRawBufferPointer(planes), rotated: chunk.isRotated, into: elements,
      width: width)
    return rest.dropFirst(byteCount)
  }

  /// Fills one plane: what was expected and not found, or `nil` on success.
  private func decode(
    _ part: ChunkEntry.Part, _ bytes: UnsafeRawBufferPointer,
    into plane: UnsafeMutableRawBufferPointer, with inflater: Inflater
  ) -> String? {
    switch part.kind {
    case .stored:
      guard bytes.count == plane.count else {
        return "a stored plane of \(plane.count)"
      }
      plane.copyMemory(from: bytes)
      return nil
    case .deflated:
      return inflater.inflate(bytes, into: plane) == plane.count
        ? nil : "one zlib stream of exactly \(plane.count)"
    case .deflatedNibbles:
      let greatest = ExponentNibbles.greatestByteCount(byteCount: plane.count)
      let room = UnsafeMutableRawBufferPointer(
        rebasing: scratch.prefix(greatest))
      guard let length = inflater.inflate(bytes, into: room) else {
        return "one zlib stream of at most \(greatest)"
      }
      return ExponentNibbles.decode(
        UnsafeRawBufferPointer(rebasing: room.prefix(length)), into: plane)
    }
  }
}
