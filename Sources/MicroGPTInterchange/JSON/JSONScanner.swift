import MicroGPTFormat

/// Reads JSON (RFC 8259) from a source of bytes, item by item, in memory for
/// one buffer.
///
/// It has no tree and no recursion: who calls knows what must come next, and
/// asks for it. What comes instead is an error with its place. Whenever a
/// method returns, the scanner stands behind what it has read.
final class JSONScanner {
  /// Fills the start of a buffer; returns how many bytes, 0 at the end.
  typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  /// The path of the field that is being read.
  var field = ""
  /// The index in a flat array of elements that is being read.
  var element: Int?

  private let source: Source
  private let buffer: UnsafeMutableRawBufferPointer
  private var cursor = 0  // in the buffer, as is `end`
  private var end = 0
  private var sourceIsAtEnd = false
  private var discardedByteCount = 0  // of the text, before the buffer
  private var line = 1
  private var lineStart = 0  // in the text

  init(_ source: @escaping Source) {
    self.source = source
    buffer = .allocate(byteCount: 1 << 16, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The place of the next byte.
  var position: JSONPosition {
    let offset = discardedByteCount + cursor
    return JSONPosition(
      byteOffset: offset, line: line, column: offset - lineStart + 1)
  }

  /// The bytes in the buffer that are not read yet; valid until more are
  /// asked for.
  var available: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: buffer[cursor..<end])
  }

  // MARK: - Bytes

  /// Makes so many bytes available, or all that there are.
  func require(_ count: Int) throws {
    guard end - cursor < count, !sourceIsAtEnd else { return }
    let rest = UnsafeRawBufferPointer(rebasing: buffer[cursor..<end])
    buffer.copyMemory(from: rest)
    discardedByteCount += cursor
    end = rest.count
    cursor = 0
    while end < count, !sourceIsAtEnd {
      let space = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
      let filled = try source(space)
      precondition(
        0...space.count ~= filled, "the source did not fill its buffer")
      sourceIsAtEnd = filled == 0
      end += filled
    }
  }

  /// Steps over bytes that are available and hold no end of line.
  func skip(_ count: Int) { cursor += count }

  /// The next byte, which is not read by this; `nil` at the end.
  func peek() throws -> UInt8? {
    if cursor == end { try require(1) }
    return cursor < end ? buffer[cursor] : nil
  }

  /// Steps over white space, and gives what is behind it as ``peek()`` does.
  @discardableResult
  func peekToken() throws -> UInt8? {
    while let byte = try peek() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        cursor += 1
      case UInt8(ascii: "\n"):
        cursor += 1
        line += 1
        lineStart = discardedByteCount + cursor
      default: return byte
      }
    }
    return nil
  }

  /// Reads a byte of structure and the white space before it.
  func take(_ structure: Unicode.Scalar) throws {
    guard try peekToken() == UInt8(ascii: structure) else {
      throw try unexpected(expected: "“\(structure)”")
    }
    cursor += 1
  }

  // MARK: - Objects and arrays

  /// Reads an object.
  ///
  /// - Parameters:
  ///   - defect: What is expected of a key that the object may not have; `nil`
  ///     for one that it may have.
  ///   - member: Reads the value of a key, whose place it is told; ``field``
  ///     is the value's.
  /// - Throws: ``JSONCheckpointError``, or what the function throws.
  func readObject(
    keyDefect defect: (String) -> String?,
    _ member: (String, JSONPosition) throws -> Void
  ) throws {
    try take("{")
    guard try peekToken() != UInt8(ascii: "}") else { return skip(1) }
    let outer = field
    var known: Set<String> = []
    repeat {
      try peekToken()
      let start = position
      let key = try readString("a key", limit: 64)
      if let expected = defect(key) {
        throw error(
          at: start, found: "the key \(quoted(key))", expected: expected)
      }
      guard known.insert(key).inserted else {
        throw error(
          at: start, found: "\(quoted(key)) a second time",
          expected: "each key once")
      }
      try take(":")
      field = outer.isEmpty ? key : "\(outer).\(key)"
      try peekToken()
      try member(key, start)
      field = outer
    } while try takeSeparator(before: "}")
  }

  /// Reads an object of certain keys.
  ///
  /// - Parameters:
  ///   - keys: The keys that it may have.
  ///   - member: Reads the value of a key, whose place it is told; ``field``
  ///     is the value's.
  /// - Throws: ``JSONCheckpointError``, or what the function throws.
  func readObject(
    keys: [String], _ member: (String, JSONPosition) throws -> Void
  ) throws {
    try readObject(
      keyDefect: { keys.contains($0) ? nil : keys.joined(separator: ", ") },
      member)
  }

  /// Reads an array.
  ///
  /// - Parameter item: Reads the item of an index; ``field`` is the item's.
  /// - Throws: ``JSONCheckpointError``, or what the function throws.
  func readArray(_ item: (Int) throws -> Void) throws {
    try take("[")
    guard try peekToken() != UInt8(ascii: "]") else { return skip(1) }
    let outer = field
    var index = 0
    repeat {
      try peekToken()
      field = "\(outer)[\(index)]"
      try item(index)
      field = outer
      index += 1
    } while try takeSeparator(before: "]")
  }

  /// Reads a comma, or the end of an object or array.
  ///
  /// - Returns: Whether it was a comma.
  private func takeSeparator(before end: Unicode.Scalar) throws -> Bool {
    let byte = try peekToken()
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: end) else {
      throw try unexpected(expected: "“,” or “\(end)”")
    }
    cursor += 1
    return byte == UInt8(ascii: ",")
  }

  /// Steps over an array of numbers and strings, whose form is not checked but
  /// for what they are made of.
  ///
  /// - Returns: The number of its items.
  func skipElements() throws -> Int {
    try take("[")
    guard try peekToken() != UInt8(ascii: "]") else {
      skip(1)
      return 0
    }
    defer { element = nil }
    var count = 0
    repeat {
      let byte = try peekToken()
      element = count
      if byte == UInt8(ascii: "\"") {
        _ = try readString("a number", limit: 64)
      } else {
        guard let byte, JSONNumber.canHold(byte) else {
          throw try unexpected(expected: "a number")
        }
        repeat {
          cursor += available.prefix(while: JSONNumber.canHold).count
        } while try peek().map(JSONNumber.canHold) ?? false
      }
      count += 1
    } while try takeSeparator(before: "]")
    return count
  }

  // MARK: - Errors

  /// Makes an error about the field that is being read.
  func error(
    at position: JSONPosition, found: String, expected: String
  ) -> JSONCheckpointError {
    let index = element.map { "[\($0)]" } ?? ""
    return JSONCheckpointError(
      field + index, at: position, found: found, expected: expected)
  }

  /// Makes an error about what stands next, which should be something else.
  func unexpected(expected: String) throws -> JSONCheckpointError {
    try require(Self.shownByteCount)
    let bytes = available.prefix(Self.shownByteCount)
    let found: String
    switch bytes.first {
    case nil: found = "the end of the text"
    case UInt8(ascii: "\"")?: found = "a string"
    case UInt8(ascii: "{")?: found = "an object"
    case UInt8(ascii: "[")?: found = "an array"
    case let first?:
      let word = bytes.prefix { byte in
        byte.isASCIILetterOrDigit || "+-.".utf8.contains(byte)
      }
      if !word.isEmpty {
        found = String(decoding: word, as: UTF8.self)
      } else if 0x20...0x7e ~= first {
        found = quoted(String(Unicode.Scalar(first)))
      } else {
        found = "the byte 0x\(String(first, radix: 16))"
      }
    }
    return error(at: position, found: found, expected: expected)
  }

  private static let shownByteCount = 24
}

extension UInt8 {
  fileprivate var isASCIILetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
