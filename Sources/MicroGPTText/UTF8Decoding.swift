/// Decodes a sequence of two to four bytes (the Unicode Standard, table 3-7).
///
/// - Parameters:
///   - bytes: The text.
///   - offset: The offset of a byte of 0x80 or more.
/// - Returns: The scalar and the number of bytes, or `nil` if there is no
///   sequence: overlong, surrogate, above U+10FFFF, cut short, or none.
@inlinable
package func decodeMultibyte(
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

/// The offset of the first byte that is not part of well-formed UTF-8.
///
/// - Parameter bytes: The text.
/// - Returns: `nil` if all of it is UTF-8.
/// - Complexity: O(bytes).
package func offsetOfIllFormedUTF8(
  in bytes: UnsafeRawBufferPointer
) -> Int? {
  var offset = 0
  while offset < bytes.count {
    if bytes[offset] < 0x80 {
      offset += 1
    } else if let (_, length) = decodeMultibyte(bytes, at: offset) {
      offset += length
    } else {
      return offset
    }
  }
  return nil
}

/// Whether Python's `str.isspace` holds for a scalar, which `strip` goes by.
@inlinable
package func isSpace(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028,
    0x2029, 0x202F, 0x205F, 0x3000:
    true
  default: false
  }
}

/// A text without the white space at its ends, as Python's `str.strip` gives
/// it.
package func stripped(_ text: String) -> Substring {
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !isSpace($0.value) }),
    let last = scalars.lastIndex(where: { !isSpace($0.value) })
  else { return "" }
  return text[first..<scalars.index(after: last)]
}
