/// Decodes a sequence of two to four bytes (the Unicode Standard, table 3-7).
///
/// - Returns: The scalar and the number of bytes, or `nil` if there is no
///   sequence: overlong, surrogate, above U+10FFFF, cut short, or none.
func decode(
  _ bytes: UnsafeRawBufferPointer, at offset: Int
) -> (scalar: UInt32, length: Int)? {
  let first = bytes[offset]
  let length: Int
  // Only the second byte has narrower bounds than 80 to BF.
  var bounds: ClosedRange<UInt8> = 0x80...0xBF
  switch first {
  case 0xC2...0xDF: length = 2
  case 0xE0: (length, bounds) = (3, 0xA0...0xBF)
  case 0xED: (length, bounds) = (3, 0x80...0x9F)
  case 0xE1...0xEF: length = 3
  case 0xF0: (length, bounds) = (4, 0x90...0xBF)
  case 0xF1...0xF3: length = 4
  case 0xF4: (length, bounds) = (4, 0x80...0x8F)
  default: return nil
  }
  guard bytes.count - offset >= length else { return nil }
  // The length's mark takes length + 1 bits of the first byte.
  var scalar = UInt32(first) & (0x7F >> UInt32(length))
  for byte in bytes[offset + 1..<offset + length] {
    guard bounds.contains(byte) else { return nil }
    bounds = 0x80...0xBF
    scalar = scalar << 6 | UInt32(byte & 0x3F)
  }
  return (scalar, length)
}

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
      guard let (scalar, length) = decode(bytes, at: offset) else { return nil }
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
