/// A value of a small JSON document, such as a configuration file or the body
/// of a request, as a tree.
///
/// ```swift
/// let options = try JSONValue(parsing: bytes).object()
/// try options.requireKeys(["steps", "seed"], kind: "option")
/// let steps = try options["steps"]?.integer(in: 1...1000)
/// ```
///
/// Each method that reads a value throws a ``JSONError`` that names the field,
/// its position, what it is and what it should be.
package struct JSONValue: Sendable {
  /// What a value is.
  package enum Content: Sendable {
    case null
    case boolean(Bool)
    /// A number, by its text.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
  }

  package let content: Content
  /// The path from the document to the value; empty for the document.
  package let field: String
  /// The position of its first byte.
  package let position: JSONPosition
}

// MARK: - Parsing

extension JSONValue {
  /// The default limit of arrays and objects within each other.
  package static let depthLimit = 64

  /// Reads a whole document.
  ///
  /// The text is RFC 8259's and nothing else: UTF-8 without a byte-order mark,
  /// no comment, no comma after the last item, no key twice in an object.
  /// Whoever calls limits its length.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - depthLimit: The maximum number of arrays and objects within each
  ///     other.
  /// - Throws: ``JSONError``.
  /// - Complexity: O(bytes).
  package init(
    parsing bytes: [UInt8], depthLimit: Int = Self.depthLimit
  ) throws(JSONError) {
    var offset = 0
    let scanner = JSONScanner { space in
      let count = min(space.count, bytes.count - offset)
      space.copyBytes(from: bytes[offset..<offset + count])
      offset += count
      return count
    }
    try scanner.refuseByteOrderMark()
    self = try scanner.readValue(depth: depthLimit)
    guard scanner.peekToken() == nil else {
      throw scanner.unexpected(expected: "nothing after the document")
    }
  }
}

extension JSONScanner {
  /// Reads a value and all that is in it.
  fileprivate func readValue(depth: Int) throws(JSONError) -> JSONValue {
    let first = peekToken()
    let start = position
    let content: JSONValue.Content
    switch first {
    case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
      guard depth > 0 else {
        throw error(
          at: start, found: "one more array or object within others",
          expected: "fewer levels")
      }
      content =
        first == UInt8(ascii: "{")
        ? .object(try readObject(depth: depth - 1))
        : .array(try readArray(depth: depth - 1))
    case UInt8(ascii: "\"")?:
      content = .string(try readString("a string", limit: .max))
    case UInt8(ascii: "t")?: content = try readWord("true", .boolean(true))
    case UInt8(ascii: "f")?: content = try readWord("false", .boolean(false))
    case UInt8(ascii: "n")?: content = try readWord("null", .null)
    case let byte? where JSONNumber.canBegin(with: byte):
      let number = try readNumber()
      content = .number(String(decoding: number.text, as: UTF8.self))
    default: throw unexpected(expected: "a value")
    }
    return JSONValue(content: content, field: field, position: start)
  }

  private func readWord(
    _ word: StaticString, _ content: JSONValue.Content
  ) throws(JSONError) -> JSONValue.Content {
    let count = word.utf8CodeUnitCount
    require(count + 1)
    let bytes = available
    let isWord =
      bytes.count >= count
      && (0..<count).allSatisfy { bytes[$0] == word.utf8Start[$0] }
    // A longer word is none of JSON's.
    let isEnded = !(bytes.count > count && bytes[count].isASCIILetterOrDigit)
    guard isWord, isEnded else { throw unexpected(expected: "a value") }
    skip(count)
    return content
  }

  private func readArray(depth: Int) throws(JSONError) -> [JSONValue] {
    try take("[")
    var items: [JSONValue] = []
    guard peekToken() != UInt8(ascii: "]") else {
      skip(1)
      return items
    }
    let outer = field
    repeat {
      field = Self.path(outer, "[\(items.count)]")
      items.append(try readValue(depth: depth))
      field = outer
    } while try takeSeparator(before: "]")
    return items
  }

  private func readObject(depth: Int) throws(JSONError) -> JSONObject {
    let outer = field
    let start = position
    try take("{")
    var members: [JSONObject.Member] = []
    // As bytes: strings are equal if they are canonically equivalent.
    var indices: [[UInt8]: Int] = [:]
    guard peekToken() != UInt8(ascii: "}") else {
      skip(1)
      return JSONObject(
        members: members, indices: indices, field: outer, position: start)
    }
    repeat {
      peekToken()
      let keyPosition = position
      let bytes = try readUTF8("a key", limit: .max)
      let key = String(decoding: bytes, as: UTF8.self)
      guard indices.updateValue(members.count, forKey: bytes) == nil else {
        throw error(
          at: keyPosition, found: "\(quoted(key)) a second time",
          expected: "each key once")
      }
      try take(":")
      let isPlain = !bytes.isEmpty && bytes.allSatisfy { $0.isASCIIWordLetter }
      let name = isPlain ? key : quoted(key)
      field = Self.path(outer, outer.isEmpty ? name : ".\(name)")
      let value = try readValue(depth: depth)
      members.append(
        JSONObject.Member(key: key, position: keyPosition, value: value))
      field = outer
    } while try takeSeparator(before: "}")
    return JSONObject(
      members: members, indices: indices, field: outer, position: start)
  }

  /// A longer path, unless it is too long: thousands of values would have it.
  private static func path(_ outer: String, _ more: String) -> String {
    let lengthLimit = 100
    guard outer.utf8.count < lengthLimit else { return outer }
    return outer.utf8.count + more.utf8.count <= lengthLimit
      ? outer + more : outer + "…"
  }
}

extension UInt8 {
  fileprivate var isASCIIWordLetter: Bool {
    isASCIILetterOrDigit || self == UInt8(ascii: "_")
      || self == UInt8(ascii: "-")
  }
}
