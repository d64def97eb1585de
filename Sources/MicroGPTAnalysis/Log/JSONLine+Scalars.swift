extension JSONLine {
  // MARK: - Numbers

  /// Reads a number of at most some magnitude.
  mutating func readNumber(atMost limit: Double) throws(Defect) -> Double {
    let start = index
    let text = try readNumberText()
    guard let number = Double(text), number.magnitude <= limit else {
      throw Defect(
        index: start, found: shortened(text),
        expected: "a number from \(-limit) to \(limit)")
    }
    return number
  }

  /// Reads a whole number from 0 to a limit.
  mutating func readWholeNumber(atMost limit: Int) throws(Defect) -> Int {
    let start = index
    let text = try readNumberText()
    guard let number = Int(text), 0...limit ~= number else {
      throw Defect(
        index: start, found: shortened(text),
        expected: "a whole number from 0 to \(limit)")
    }
    return number
  }

  /// Reads a number as JSON writes it.
  mutating func readNumberText(
    _ meaning: String = "a number"
  ) throws(Defect) -> String {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    let whole = index
    try skipDigits(index == start ? meaning : "a digit")
    guard index == whole + 1 || bytes[whole] != UInt8(ascii: "0") else {
      throw Defect(
        index: whole, found: "a leading zero", expected: "a number without")
    }
    if next == UInt8(ascii: ".") {
      index += 1
      try skipDigits("a digit")
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      index += 1
      if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { index += 1 }
      try skipDigits("a digit")
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func skipDigits(_ meaning: String) throws(Defect) {
    let start = index
    while let byte = next, byte &- UInt8(ascii: "0") < 10 { index += 1 }
    guard index > start else { throw unexpected(meaning) }
  }

  private func shortened(_ text: String) -> String {
    text.utf8.count <= 40 ? text : "\(text.prefix(40))…"
  }

  // MARK: - Strings

  /// Reads a string.
  ///
  /// Escapes of what is not ASCII become U+FFFD: no key that matters has any.
  mutating func readString() throws(Defect) -> String {
    guard next == UInt8(ascii: "\"") else { throw unexpected("a string") }
    index += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(try readEscape())
      case 0..<0x20: throw unexpected("control characters as escapes")
      default:
        text.append(byte)
        index += 1
      }
    }
    throw unexpected("the rest of a string")
  }

  /// Reads a backslash and what it stands for; 0xff for what is not ASCII.
  private mutating func readEscape() throws(Defect) -> UInt8 {
    index += 1
    guard let kind = next else { throw unexpected("the rest of a string") }
    if let place = Self.escapes.firstIndex(of: kind) {
      index += 1
      return Self.escaped[place]
    }
    guard kind == UInt8(ascii: "u") else {
      throw unexpected(#"\" \\ \/ \b \f \n \r \t or \u and four digits"#)
    }
    index += 1
    var unit = 0
    for _ in 0..<4 {
      guard let byte = next,
        let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else { throw unexpected("a hexadecimal digit") }
      unit = unit << 4 | digit
      index += 1
    }
    return UInt8(exactly: unit).flatMap { $0 < 0x80 ? $0 : nil } ?? 0xff
  }

  private static let escapes = Array("\"\\/bfnrt".utf8)
  private static let escaped = Array("\"\\/\u{8}\u{c}\n\r\t".utf8)
}
