import MicroGPTText

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
  var index = 0
  let bytes: UnsafeRawBufferPointer
  private var depth = 0

  /// How deep objects and arrays may lie in each other.
  static let maximumDepth = 64

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    skipSpace()
  }

  /// Whether nothing is left but white space.
  var isBlank: Bool { index == bytes.count }

  /// Checks that nothing is left, and that all of it was UTF-8.
  func readEnd() throws(Defect) {
    guard isBlank else { throw unexpected("the end of the line") }
    if let offset = offsetOfIllFormedUTF8(in: bytes) {
      throw unexpected("UTF-8", at: offset)
    }
  }

  // MARK: - Values

  /// Reads an object, the value of each key by a function.
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
    guard depth <= Self.maximumDepth else {
      throw Defect(
        index: start, found: "one value in another, \(depth) deep",
        expected: "at most \(Self.maximumDepth)")
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

  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

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

  // MARK: - Errors

  /// A defect of what stands next, or at a place, and should be otherwise.
  func unexpected(_ expected: String, at place: Int? = nil) -> Defect {
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
}
