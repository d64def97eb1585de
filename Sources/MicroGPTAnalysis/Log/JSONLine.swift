/// Reads one line of JSON (RFC 8259) from its start to its end.
struct JSONLine {
  /// Where a line is not JSON, or not what it should be.
  struct Defect: Error, Equatable {
    /// The index of the byte; the number of bytes, if the line ends too early.
    let index: Int
    /// What stands there.
    let found: String
    /// What should stand there.
    let expected: String
  }

  /// The index of the next byte.
  private(set) var index = 0
  private let bytes: UnsafeRawBufferPointer
  private var depth = 0

  /// How deep objects and arrays may lie in each other.
  static let greatestDepth = 64

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    skipSpace()
  }

  /// Whether nothing is left but white space.
  var isBlank: Bool { index == bytes.count }

  /// Checks that nothing is left, and that all of it was UTF-8.
  func readEnd() throws(Defect) {
    guard isBlank else { throw unexpected("the end of the line") }
    guard !bytes.allSatisfy({ $0 < 0x80 }) else { return }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var place = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): place += UTF8.width(scalar)
      case .emptyInput: return
      case .error: throw unexpected("UTF-8", at: place)
      }
    }
  }

  // MARK: - Values

  /// Reads an object.
  ///
  /// - Parameter member: Reads the value of a key.
  mutating func readObject(
    _ member: (String, inout JSONLine) throws(Defect) -> Void
  ) throws(Defect) {
    try readItems("{", "}") { json throws(Defect) in
      let key = try json.readString()
      json.skipSpace()
      try json.take(":")
      try member(key, &json)
    }
  }

  /// Reads a number.
  ///
  /// - Parameter limit: The greatest magnitude.
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

  /// Reads a whole number from 0 on.
  ///
  /// - Parameter limit: The greatest one.
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

  /// Steps over a value of any kind.
  mutating func skipValue() throws(Defect) {
    switch next {
    case UInt8(ascii: "{"): try readObject(Self.skipMember)
    case UInt8(ascii: "["): try readItems("[", "]", Self.skipItem)
    case UInt8(ascii: "\""): _ = try readString()
    case UInt8(ascii: "t"): try skip("true")
    case UInt8(ascii: "f"): try skip("false")
    case UInt8(ascii: "n"): try skip("null")
    default: _ = try readNumberText("a value")
    }
  }

  private static func skipMember(
    _ key: String, _ json: inout JSONLine
  ) throws(Defect) {
    try json.skipValue()
  }

  private static func skipItem(_ json: inout JSONLine) throws(Defect) {
    try json.skipValue()
  }

  /// Reads what stands between brackets with commas between.
  private mutating func readItems(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
    _ item: (inout JSONLine) throws(Defect) -> Void
  ) throws(Defect) {
    let start = index
    try take(opening)
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.greatestDepth else {
      throw Defect(
        index: start, found: "one value in another, \(depth) deep",
        expected: "at most \(Self.greatestDepth)")
    }
    guard next != UInt8(ascii: closing) else { return try take(closing) }
    while true {
      try item(&self)
      skipSpace()
      guard next == UInt8(ascii: ",") else { break }
      try take(",")
    }
    guard next == UInt8(ascii: closing) else {
      throw unexpected("“,” or “\(closing)”")
    }
    try take(closing)
  }

  // MARK: - Bytes

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, " \t\r\n".utf8.contains(byte) { index += 1 }
  }

  /// Reads a byte of structure and the white space behind it.
  private mutating func take(_ structure: Unicode.Scalar) throws(Defect) {
    guard next == UInt8(ascii: structure) else {
      throw unexpected("“\(structure)”")
    }
    index += 1
    skipSpace()
  }

  private mutating func skip(_ word: String) throws(Defect) {
    for byte in word.utf8 {
      guard next == byte else { throw unexpected(word) }
      index += 1
    }
  }

  /// Reads a number as JSON writes it.
  private mutating func readNumberText(
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

  /// Reads a string. Escapes of what is not ASCII become U+FFFD: no key that
  /// matters has any.
  private mutating func readString() throws(Defect) -> String {
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

  // MARK: - Errors

  /// A defect of what stands next, or at a place, and should be otherwise.
  private func unexpected(_ expected: String, at place: Int? = nil) -> Defect {
    let place = place ?? index
    let found: String
    if place == bytes.count {
      found = "the end of the line"
    } else if 0x20..<0x7f ~= bytes[place] {
      found = "“\(Unicode.Scalar(bytes[place]))”"
    } else {
      found = "the byte 0x\(String(bytes[place], radix: 16))"
    }
    return Defect(index: place, found: found, expected: expected)
  }

  private func shortened(_ text: String) -> String {
    text.utf8.count <= 40 ? text : "\(text.prefix(40))…"
  }
}
