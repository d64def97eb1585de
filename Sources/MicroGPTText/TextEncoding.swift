/// An encoding that a text has instead of UTF-8, as far as its bytes show.
package enum TextEncoding: String, Sendable {
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case utf32LittleEndian = "UTF-32LE"
  case utf32BigEndian = "UTF-32BE"
  /// A superset of the printable part of Latin-1.
  case windows1252 = "WINDOWS-1252"

  /// Whether it has units of two or four bytes.
  package var isWide: Bool { self != .windows1252 }

  /// Guesses the encoding of a text that is not UTF-8 or has NUL characters;
  /// `nil` if nothing speaks for one.
  ///
  /// - Parameters:
  ///   - bytes: A piece of the text, of which at most 64 KiB are looked at.
  ///   - fileOffset: The offset of the piece in the text.
  package init?(
    guessedFrom bytes: UnsafeRawBufferPointer, at fileOffset: Int = 0
  ) {
    let piece = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 << 16))
    let marked = fileOffset == 0 ? Self.marked(piece) : nil
    guard
      let encoding = marked ?? Self.wide(piece, fileOffset)
        ?? Self.singleByte(piece)
    else { return nil }
    self = encoding
  }

  /// The encoding whose byte-order mark a text begins with.
  private static func marked(_ bytes: UnsafeRawBufferPointer) -> TextEncoding? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { return .utf32LittleEndian }
    if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return .utf32BigEndian }
    if bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    return nil
  }

  /// The encoding of wider units that the offsets of zero bytes speak for: all
  /// scripts have at least line ends and spaces of one byte and zeros.
  private static func wide(
    _ bytes: UnsafeRawBufferPointer, _ fileOffset: Int
  ) -> TextEncoding? {
    var counts = (0, 0, 0, 0)  // of zeros, by their offsets modulo 4
    for (index, byte) in bytes.enumerated() where byte == 0 {
      switch (fileOffset + index) % 4 {
      case 0: counts.0 += 1
      case 1: counts.1 += 1
      case 2: counts.2 += 1
      default: counts.3 += 1
      }
    }
    let nearlyAll = bytes.count * 9 / 40
    if nearlyAll > 0, min(counts.1, counts.2) > 0 {
      if min(counts.2, counts.3) >= nearlyAll, counts.0 * 8 <= counts.3 {
        return .utf32LittleEndian
      }
      if min(counts.0, counts.1) >= nearlyAll, counts.3 * 8 <= counts.0 {
        return .utf32BigEndian
      }
    }
    let even = counts.0 + counts.2
    let odd = counts.1 + counts.3
    // Where few characters are ASCII, still an end of line or a space in 20.
    let count = max(even, odd)
    let isDense = count >= 2 && count * 3 >= bytes.count
    guard isDense || count >= 8 && count * 40 >= bytes.count else { return nil }
    if odd >= 8 * even { return .utf16LittleEndian }
    if even >= 8 * odd { return .utf16BigEndian }
    return nil
  }

  /// Windows-1252 if bytes beyond ASCII stand alone among letters.
  private static func singleByte(
    _ bytes: UnsafeRawBufferPointer
  ) -> TextEncoding? {
    var count = 0
    var offset = 0
    while offset < bytes.count {
      if bytes[offset] == 0 { return nil }
      if bytes[offset] >= 0x80 {
        guard decodeMultibyte(bytes, at: offset) == nil else { return nil }
        count += 1
      }
      offset += 1
    }
    // More of them than ASCII's speaks for another script.
    return count > 0 && count * 2 <= bytes.count ? .windows1252 : nil
  }
}
