extension JSONScanner {
  /// Reads a string.
  ///
  /// - Parameters:
  ///   - meaning: What is expected, if there is no string.
  ///   - limit: The greatest length in bytes of UTF-8, without the escapes.
  /// - Throws: ``JSONError``.
  /// - Returns: The text, of which every scalar is as written: nothing is
  ///   repaired or normalised.
  package func readString(
    _ meaning: @autoclosure () -> String, limit: Int
  ) throws(JSONError) -> String {
    String(decoding: try readUTF8(meaning(), limit: limit), as: UTF8.self)
  }

  /// Reads a string as ``readString(_:limit:)`` does; gives its UTF-8.
  package func readUTF8(
    _ meaning: @autoclosure () -> String, limit: Int
  ) throws(JSONError) -> [UInt8] {
    let start = position
    guard peek() == UInt8(ascii: "\"") else {
      throw unexpected(expected: meaning())
    }
    skip(1)
    var text: [UInt8] = []
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        skip(1)
        return text
      case UInt8(ascii: "\\"):
        text.append(contentsOf: String(try readEscape()).utf8)
      case 0..<0x20:
        throw error(
          at: position, found: "the byte 0x\(String(byte, radix: 16))",
          expected: "control characters as escapes")
      case 0x20..<0x80:
        skip(1)
        text.append(byte)
      default: text.append(contentsOf: try readMultibyteScalar())
      }
      guard text.count <= limit else {
        throw error(
          at: start, found: "a string of more than \(limit) bytes",
          expected: "at most \(limit)")
      }
    }
    throw unexpected(expected: "the rest of a string")
  }

  /// Reads a backslash and what it stands for.
  private func readEscape() throws(JSONError) -> Unicode.Scalar {
    require(12)  // a surrogate pair
    let bytes = available
    let short: Unicode.Scalar? =
      switch bytes.dropFirst().first {
      case UInt8(ascii: "\"")?: "\""
      case UInt8(ascii: "\\")?: "\\"
      case UInt8(ascii: "/")?: "/"
      case UInt8(ascii: "b")?: "\u{8}"
      case UInt8(ascii: "f")?: "\u{c}"
      case UInt8(ascii: "n")?: "\n"
      case UInt8(ascii: "r")?: "\r"
      case UInt8(ascii: "t")?: "\t"
      default: nil
      }
    if let short {
      skip(2)
      return short
    }
    guard let unit = Self.codeUnit(escapedIn: bytes[...]) else {
      throw error(
        at: position, found: "another escape",
        expected: #"\" \\ \/ \b \f \n \r \t or \u and four digits"#)
    }
    if let scalar = Unicode.Scalar(unit) {
      skip(6)
      return scalar
    }
    if UTF16.isLeadSurrogate(unit),
      let trail = Self.codeUnit(escapedIn: bytes.dropFirst(6)),
      UTF16.isTrailSurrogate(trail),
      let scalar = Unicode.Scalar(
        0x1_0000 + (UInt32(unit) - 0xd800) << 10 + UInt32(trail) - 0xdc00)
    {
      skip(12)
      return scalar
    }
    throw error(
      at: position, found: "half a surrogate pair", expected: "both halves")
  }

  /// The code unit that an escape such as `\u0041` stands for.
  private static func codeUnit(
    escapedIn bytes: Slice<UnsafeRawBufferPointer>
  ) -> UInt16? {
    guard bytes.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      return nil
    }
    let digits = bytes.dropFirst(2).prefix(4)
    guard digits.count == 4 else { return nil }
    return digits.reduce(0 as UInt16?) { value, byte in
      guard let value, let digit = hexadecimalDigit(byte) else { return nil }
      return value << 4 | UInt16(digit)
    }
  }

  /// Reads a scalar beyond ASCII.
  private func readMultibyteScalar() throws(JSONError)
    -> UnsafeRawBufferPointer.SubSequence
  {
    require(4)
    let bytes = available
    guard let (_, count) = decodeMultibyte(bytes, at: 0) else {
      throw error(
        at: position, found: "the byte 0x\(String(bytes[0], radix: 16))",
        expected: "well-formed UTF-8")
    }
    skip(count)
    return bytes.prefix(count)
  }
}

/// The value of a hexadecimal digit in either case.
package func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
