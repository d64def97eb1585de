/// A strict reader of JSON (RFC 8259), item by item, from a source of bytes, in
/// memory for one buffer.
///
/// It has no tree and no recursion: the caller knows what must come next, and
/// asks for it. Anything else is a ``JSONError`` with its position. Whenever a
/// method returns, the scanner stands after what it has read. ``JSONValue`` is
/// the tree of a small document.
package final class JSONScanner {
  /// Fills the start of a buffer; returns the number of bytes, 0 at the end.
  ///
  /// A source that fails ends the text, and its owner reports the failure
  /// instead of the error that this makes.
  package typealias Source = (UnsafeMutableRawBufferPointer) -> Int

  /// The path of the field that is being read.
  package var field = ""
  /// The index in a flat array of elements that is being read.
  package var element: Int?

  private let source: Source
  private let buffer: UnsafeMutableRawBufferPointer
  private var cursor = 0  // in the buffer, as is `end`
  private var end = 0
  private var sourceIsAtEnd = false
  private var discardedByteCount = 0  // of the text, before the buffer
  private var line = 1
  private var lineStart = 0  // in the text

  package init(_ source: @escaping Source) {
    self.source = source
    buffer = .allocate(byteCount: 1 << 16, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The position of the next byte.
  package var position: JSONPosition {
    let offset = discardedByteCount + cursor
    return JSONPosition(
      byteOffset: offset, line: line, column: offset - lineStart + 1)
  }

  /// The bytes in the buffer that are not read yet; valid until more are
  /// asked for.
  package var available: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: buffer[cursor..<end])
  }

  // MARK: - Bytes

  /// Makes so many bytes available, or all that there are.
  package func require(_ count: Int) {
    guard end - cursor < count, !sourceIsAtEnd else { return }
    let rest = UnsafeRawBufferPointer(rebasing: buffer[cursor..<end])
    buffer.copyMemory(from: rest)
    discardedByteCount += cursor
    end = rest.count
    cursor = 0
    while end < count, !sourceIsAtEnd {
      let space = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
      let filled = source(space)
      precondition(
        0...space.count ~= filled, "the source did not fill its buffer")
      sourceIsAtEnd = filled == 0
      end += filled
    }
  }

  /// Steps over bytes that are available and hold no end of line.
  package func skip(_ count: Int) { cursor += count }

  /// The next byte, which is not read by this; `nil` at the end.
  package func peek() -> UInt8? {
    if cursor == end { require(1) }
    return cursor < end ? buffer[cursor] : nil
  }

  /// Steps over white space, and gives what is behind it as ``peek()`` does.
  @discardableResult
  package func peekToken() -> UInt8? {
    while let byte = peek() {
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
  package func take(_ structure: Unicode.Scalar) throws(JSONError) {
    guard peekToken() == UInt8(ascii: structure) else {
      throw unexpected(expected: "“\(structure)”")
    }
    cursor += 1
  }

  /// Reads a comma, or the end of an object or array.
  ///
  /// - Returns: Whether it was a comma.
  package func takeSeparator(
    before end: Unicode.Scalar
  ) throws(JSONError) -> Bool {
    let byte = peekToken()
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: end) else {
      throw unexpected(expected: "“,” or “\(end)”")
    }
    cursor += 1
    return byte == UInt8(ascii: ",")
  }

  /// Steps over an array of numbers and strings, whose form is not checked but
  /// for what they are made of.
  ///
  /// - Returns: The number of its items.
  package func skipElements() throws(JSONError) -> Int {
    try take("[")
    guard peekToken() != UInt8(ascii: "]") else {
      skip(1)
      return 0
    }
    defer { element = nil }
    var count = 0
    repeat {
      let byte = peekToken()
      element = count
      if byte == UInt8(ascii: "\"") {
        _ = try readString("a number", limit: 64)
      } else {
        guard let byte, JSONNumber.canHold(byte) else {
          throw unexpected(expected: "a number")
        }
        repeat {
          cursor += available.prefix(while: JSONNumber.canHold).count
        } while peek().map(JSONNumber.canHold) ?? false
      }
      count += 1
    } while try takeSeparator(before: "]")
    return count
  }

  /// Reads a number.
  ///
  /// - Returns: The number, whose text is valid until more is read.
  package func readNumber() throws(JSONError) -> JSONNumber {
    require(JSONNumber.maximumLength + 1)
    switch peek() {
    case let byte? where JSONNumber.canBegin(with: byte): break
    default: throw unexpected(expected: "a number")
    }
    do throws(JSONNumber.Defect) {
      let number = try JSONNumber(at: available)
      skip(number.text.count)
      return number
    } catch {
      skip(error.index)
      throw unexpected(expected: error.expected)
    }
  }

  /// Refuses what some editors put before a text.
  package func refuseByteOrderMark() throws(JSONError) {
    require(3)
    guard !available.starts(with: [0xef, 0xbb, 0xbf]) else {
      throw error(
        at: position, found: "a byte-order mark",
        expected: "UTF-8 without one")
    }
  }

  // MARK: - Errors

  /// Makes an error about the field that is being read.
  package func error(
    at position: JSONPosition, found: String, expected: String
  ) -> JSONError {
    let index = element.map { "[\($0)]" } ?? ""
    return JSONError(
      field: field + index, position: position, found: found,
      expected: expected)
  }

  /// Makes an error about what stands next, which should be something else.
  package func unexpected(expected: String) -> JSONError {
    require(Self.shownByteCount)
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
  var isASCIILetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
