import MicroGPTText

/// The characters of a text in UTF-8, one after the other, as Python's text
/// mode reads them: CRLF and CR are LF.
struct CharacterCursor {
  private let bytes: UnsafeRawBufferPointer
  /// Where the next character begins, or what is no character.
  private(set) var offset: Int

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next scalar; `nil` at the end and where the text is not UTF-8.
  mutating func next() -> UInt32? {
    guard offset < bytes.count else { return nil }
    let first = bytes[offset]
    if first >= 0x80 {
      guard let (scalar, length) = decodeMultibyte(bytes, at: offset) else {
        return nil
      }
      offset += length
      return scalar
    }
    offset += 1
    guard first == 13 else { return UInt32(first) }
    if offset < bytes.count, bytes[offset] == 10 { offset += 1 }
    return 10
  }

  var isAtEnd: Bool { offset == bytes.count }
}
