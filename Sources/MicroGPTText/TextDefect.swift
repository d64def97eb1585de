/// Bytes that are no text: a sequence that is not UTF-8, or more NUL characters
/// than a text has.
package struct TextDefect: Error, Sendable, Hashable {
  /// The byte that is wrong.
  package let byte: UInt8
  /// Its offset in the text.
  package let byteOffset: Int
  /// Its line, from 1; LF, CRLF and CR end one.
  package let line: Int
  /// The encoding that the text seems to have.
  package let encoding: TextEncoding?

  /// Describes a byte that is wrong.
  ///
  /// - Parameters:
  ///   - offset: The offset of the byte among the given ones.
  ///   - bytes: A piece of the text.
  ///   - fileOffset: The offset of the piece in the text.
  ///   - line: The line in which the piece begins.
  package init(
    at offset: Int, in bytes: UnsafeRawBufferPointer, fileOffset: Int = 0,
    line: Int = 1
  ) {
    byte = bytes[offset]
    byteOffset = fileOffset + offset
    var lines = line
    for index in 0..<offset {
      let endsLine =
        bytes[index] == 13
        || bytes[index] == 10 && (index == 0 || bytes[index - 1] != 13)
      if endsLine { lines += 1 }
    }
    self.line = lines
    encoding = TextEncoding(guessedFrom: bytes, at: fileOffset)
  }

  /// Finds out whether NUL characters show that bytes are no text; a few are
  /// characters like others.
  ///
  /// - Parameters:
  ///   - bytes: A piece of the text.
  ///   - fileOffset: The offset of the piece in the text.
  ///   - line: The line in which the piece begins.
  package init?(
    ofNULsIn bytes: UnsafeRawBufferPointer, fileOffset: Int = 0, line: Int = 1
  ) {
    guard let first = bytes.firstIndex(of: 0) else { return nil }
    let encoding = TextEncoding(guessedFrom: bytes, at: fileOffset)
    let piece = bytes[first...].prefix(1 << 16)
    let count = piece.count { $0 == 0 }
    let isFull = count >= 16 && count * 4 >= piece.count
    guard isFull || encoding?.isWide ?? false else { return nil }
    self.init(at: first, in: bytes, fileOffset: fileOffset, line: line)
  }
}

extension TextDefect: CustomStringConvertible {
  /// The defect as one clause, with what converts the text where that can be
  /// told.
  package var description: String {
    let position = "at byte \(byteOffset) (line \(line))"
    var words =
      byte == 0
      ? "the text is full of NUL characters, the first \(position), expected"
        + " UTF-8"
      : "the text is not UTF-8 \(position): found the byte"
        + " 0x\(String(byte, radix: 16))"
    switch encoding {
    case nil: break
    case .windows1252?:
      words +=
        "; if it is Latin-1 or Windows-1252, “iconv -f WINDOWS-1252 -t UTF-8”"
        + " converts it"
    case let encoding?:
      words +=
        "; it seems to be \(encoding.rawValue), which “iconv -f"
        + " \(encoding.rawValue) -t UTF-8” converts"
    }
    return words
  }
}
