/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The value of each byte as a digit; 64 if it is none.
  private static let values = (0...255 as ClosedRange<UInt8>).map { byte in
    UInt8(digits.firstIndex(of: byte) ?? 64)
  }

  /// The text of three bytes, or of the one or two at the end.
  static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let word = (0..<3).reduce(0) { word, index in
      word << 8
        | (index < bytes.count ? Int(bytes[bytes.startIndex + index]) : 0)
    }
    return (0..<4).map { index in
      index <= bytes.count ? digits[word >> (18 - 6 * index) & 63] : padding
    }
  }

  /// The bytes of a text; `nil` unless it is just what those bytes give.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    for start in stride(from: 0, to: text.count, by: 4) {
      let group = text[start..<start + 4]
      let isLast = start + 4 == text.count
      let paddingCount =
        isLast ? group.reversed().prefix { $0 == padding }.count : 0
      guard paddingCount <= 2 else { return nil }
      var word = 0
      for digit in group.dropLast(paddingCount) {
        let value = values[Int(digit)]
        guard value < 64 else { return nil }
        word = word << 6 | Int(value)
      }
      word <<= 6 * paddingCount
      // The bits that no byte uses are zero.
      guard word & (1 << (8 * paddingCount) - 1) == 0 else { return nil }
      for index in 0..<3 - paddingCount {
        bytes.append(UInt8(truncatingIfNeeded: word >> (16 - 8 * index)))
      }
    }
    return bytes
  }
}
