import MicroGPTFormat
import MicroGPTText

extension JSONScanner {
  /// Reads an object.
  ///
  /// - Parameters:
  ///   - defect: What is expected of a key that the object may not have; `nil`
  ///     for one that it may have.
  ///   - member: Reads the value of a key, whose place it is told; ``field``
  ///     is the value's.
  /// - Throws: ``JSONError``, or what the function throws.
  func readObject(
    keyDefect defect: (String) -> String?,
    _ member: (String, JSONPosition) throws -> Void
  ) throws {
    try take("{")
    guard peekToken() != UInt8(ascii: "}") else { return skip(1) }
    let outer = field
    var known: Set<String> = []
    repeat {
      peekToken()
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
      peekToken()
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
  /// - Throws: ``JSONError``, or what the function throws.
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
  /// - Throws: ``JSONError``, or what the function throws.
  func readArray(_ item: (Int) throws -> Void) throws {
    try take("[")
    guard peekToken() != UInt8(ascii: "]") else { return skip(1) }
    let outer = field
    var index = 0
    repeat {
      peekToken()
      field = "\(outer)[\(index)]"
      try item(index)
      field = outer
      index += 1
    } while try takeSeparator(before: "]")
  }

  /// Reads a whole number from 0 on, of at most 19 digits.
  ///
  /// - Throws: ``JSONError``.
  func readInteger() throws(JSONError) -> Int {
    let start = position
    let number = try readNumber()
    guard number.isExact, !number.isNegative,
      let integer = try? number.integer()
    else {
      throw error(
        at: start, found: String(decoding: number.text, as: UTF8.self),
        expected: "a whole number from 0 to 2^63 - 1")
    }
    return integer
  }
}
