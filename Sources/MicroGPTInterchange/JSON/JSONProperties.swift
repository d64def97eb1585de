import MicroGPTFormat
import MicroGPTText

extension JSONScanner {
  /// Reads an object of properties, of which there is at least one: a section
  /// cannot be empty.
  ///
  /// - Parameter keys: The keys with a meaning among them.
  /// - Returns: The properties, of which the format allows every one.
  /// - Throws: ``JSONCheckpointError``.
  func readProperties(_ keys: StandardKeys) throws -> Properties {
    let start = position
    var places: [String: JSONPosition] = [:]
    var values: [String: Properties.Value] = [:]
    try readObject(keyDefect: { Self.defect(of: [$0: .integers([0])]) }) {
      key, _ in
      let valuePosition = position
      let (value, found) = try readProperty()
      if let defect = Self.defect(of: [key: value]) {
        throw error(at: valuePosition, found: found, expected: defect)
      }
      values[key] = value
      places[key] = valuePosition
    }
    guard !values.isEmpty else {
      throw error(
        at: start, found: "an empty object", expected: "one or more entries")
    }
    let properties = try Properties(values)
    if let defect = keys.firstDefect(in: properties) {
      throw JSONCheckpointError(
        "\(field).\(defect.key)", at: places[defect.key] ?? start,
        found: defect.found, expected: defect.expected)
    }
    return properties
  }

  /// What the format expects of properties that it does not allow.
  private static func defect(
    of values: [String: Properties.Value]
  ) -> String? {
    do {
      _ = try Properties(values)
      return nil
    } catch {
      return error.expected
    }
  }

  /// Reads a string (text), an array of strings (integers) or of numbers.
  ///
  /// - Returns: The value, and how an error shows it.
  /// - Throws: ``JSONCheckpointError``.
  private func readProperty() throws -> (Properties.Value, found: String) {
    switch peek() {
    case UInt8(ascii: "\"")?:
      let text = try readString("text", limit: Properties.maximumValueByteCount)
      return (.text(text), quoted(text))
    case UInt8(ascii: "[")?: break
    default: throw unexpected(expected: "a string or an array")
    }
    var integers: [UInt64] = []
    var numbers: [Double] = []
    try readArray { index in
      // Refused before it takes more memory than a file could hold.
      guard index < Properties.maximumValueByteCount / 8 else {
        throw error(
          at: position, found: "another item",
          expected: "at most \(Properties.maximumValueByteCount / 8)")
      }
      if peek() == UInt8(ascii: "\""), numbers.isEmpty {
        integers.append(try readIntegerText())
      } else if integers.isEmpty {
        numbers.append(try readDouble())
      } else {
        throw unexpected(expected: "items of one kind")
      }
    }
    let value: Properties.Value =
      integers.isEmpty ? .numbers(numbers) : .integers(integers)
    return (value, "\(max(integers.count, numbers.count)) items")
  }

  /// Reads an unsigned 64-bit integer, which is the text of a string because
  /// most readers of JSON would round it.
  private func readIntegerText() throws -> UInt64 {
    let start = position
    let text = try readString("a string", limit: 64)
    // The comparison refuses signs and leading zeros.
    guard let integer = UInt64(text), String(integer) == text else {
      throw error(
        at: start, found: quoted(text),
        expected: "a whole number from 0 to 2^64 - 1")
    }
    return integer
  }

  private func readDouble() throws -> Double {
    let start = position
    let number = try readNumber()
    let double = number.double
    guard double.isFinite else {
      throw error(
        at: start, found: String(decoding: number.text, as: UTF8.self),
        expected: "a number that a double can hold")
    }
    return double
  }
}
