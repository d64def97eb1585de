/// A cursor that moves forward through little-endian bytes and throws, where
/// it would leave them.
///
/// The caller keeps the bytes alive and knows how many it asked for; the
/// parser is what makes a wrong idea of that an error instead of a stray read.
struct ByteParser {
  /// The bytes from the cursor on.
  private(set) var remaining: Slice<UnsafeRawBufferPointer>
  /// What precedes the names of fields in errors, as `header` or `TDIR[2]`.
  let context: String
  private let start: Int  // of the bytes in the file

  /// Creates a cursor at the start of some bytes of a file.
  init(_ bytes: Slice<UnsafeRawBufferPointer>, context: String) {
    remaining = bytes
    start = bytes.startIndex
    self.context = context
  }

  /// The cursor's place in the file: a slice keeps the indices of the whole.
  var byteOffset: Int { remaining.startIndex }

  /// Makes an error about the field at the cursor.
  @inline(never)
  func error(
    _ reason: FormatError.Reason, _ field: String, at offset: Int? = nil,
    found: some CustomStringConvertible, expected: some CustomStringConvertible
  ) -> FormatError {
    FormatError(
      reason, field.isEmpty ? context : "\(context).\(field)",
      at: offset ?? byteOffset, found: found.description,
      expected: expected.description)
  }

  /// Makes an error about a field of what the bytes are.
  func error(
    _ reason: FormatError.Reason, _ field: Field,
    found: some CustomStringConvertible, expected: some CustomStringConvertible
  ) -> FormatError {
    error(
      reason, field.name, at: start + field.offset, found: found,
      expected: expected)
  }

  /// Takes the next bytes.
  @inline(never)
  mutating func take(
    _ count: Int, _ field: String
  ) throws(FormatError) -> Slice<UnsafeRawBufferPointer> {
    guard count >= 0, count <= remaining.count else {
      throw error(
        .truncated, field, found: "\(remaining.count) bytes",
        expected: "\(count) bytes")
    }
    let taken = remaining.prefix(count)
    remaining = remaining.dropFirst(count)
    return taken
  }

  /// Takes a little-endian integer.
  @inline(never)
  mutating func integer<
    Integer: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(
    _ field: String, as type: Integer.Type = Integer.self
  ) throws(FormatError) -> Integer {
    let bytes = try take(MemoryLayout<Integer>.size, field)
    return Integer(
      littleEndian: bytes.base.loadUnaligned(
        fromByteOffset: bytes.startIndex, as: Integer.self))
  }

  /// Takes a field that is a little-endian integer; it begins at the cursor.
  mutating func integer<
    Integer: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(_ field: Field) throws(FormatError) -> Integer {
    assert(byteOffset == start + field.offset, "no field is skipped")
    return try integer(field.name)
  }

  /// Takes bytes that must be zero.
  mutating func zeros(_ count: Int, _ field: String) throws(FormatError) {
    let bytes = try take(count, field)
    if let index = bytes.firstIndex(where: { $0 != 0 }) {
      throw error(
        .nonzeroPadding, field, at: index, found: bytes[index], expected: 0)
    }
  }
}
