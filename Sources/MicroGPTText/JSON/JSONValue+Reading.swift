extension JSONValue {
  /// What the value is, as errors say it: `a string`, `true`, `1.5`.
  package var found: String {
    switch content {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let text): Self.shortened(text)
    case .string(let text): "the string \(quoted(text))"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// Makes an error about the value.
  package func error(expected: String) -> JSONError {
    JSONError(
      field: field, position: position, found: found, expected: expected)
  }

  /// Whether the value is null.
  package var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The object that the value must be.
  package func object(
    _ expected: String = "an object"
  ) throws(JSONError) -> JSONObject {
    guard case .object(let object) = content else {
      throw error(expected: expected)
    }
    return object
  }

  /// The items of the array that the value must be.
  package func array(
    _ expected: String = "an array"
  ) throws(JSONError) -> [JSONValue] {
    guard case .array(let items) = content else {
      throw error(expected: expected)
    }
    return items
  }

  /// The text of the string that the value must be.
  package func string(
    _ expected: String = "a string"
  ) throws(JSONError) -> String {
    guard case .string(let text) = content else {
      throw error(expected: expected)
    }
    return text
  }

  /// The value, which must be true or false.
  package func boolean() throws(JSONError) -> Bool {
    guard case .boolean(let value) = content else {
      throw error(expected: "true or false")
    }
    return value
  }

  /// The whole number that the value must be; 5.0 and 5e0 are 5.
  package func integer(
    in limits: ClosedRange<Int> = Int.min...Int.max
  ) throws(JSONError) -> Int {
    let expected =
      "a whole number from \(limits.lowerBound) to \(limits.upperBound)"
    let result = try number(expected) { (number) throws(JSONNumber.Misfit) in
      try number.integer()
    }
    guard limits ~= result else { throw error(expected: expected) }
    return result
  }

  /// The whole number from 0 on that the value must be; 5.0 and 5e0 are 5.
  package func unsignedInteger(
    in limits: ClosedRange<UInt64> = 0...UInt64.max
  ) throws(JSONError) -> UInt64 {
    let expected =
      "a whole number from \(limits.lowerBound) to \(limits.upperBound)"
    let result = try number(expected) { (number) throws(JSONNumber.Misfit) in
      try number.unsignedInteger()
    }
    guard limits ~= result else { throw error(expected: expected) }
    return result
  }

  /// The number that the value must be, rounded to the nearest double; one
  /// beyond all doubles is out of range.
  ///
  /// - Parameters:
  ///   - limits: The values that it may have.
  ///   - expected: What is expected, if not a number of the limits.
  /// - Throws: ``JSONError``.
  /// - Returns: The number, which is finite.
  package func double(
    in limits: ClosedRange<Double>? = nil, _ expected: String? = nil
  ) throws(JSONError) -> Double {
    let limitsText: String? =
      if let limits {
        "a number from \(limits.lowerBound) to \(limits.upperBound)"
      } else {
        nil
      }
    let expected = expected ?? limitsText ?? "a number"
    let result = try number(expected) { (number) throws(JSONNumber.Misfit) in
      let double = number.double
      guard double.isFinite else { throw .outOfRange }
      return double
    }
    guard limits.map({ $0 ~= result }) ?? true else {
      throw error(expected: expected)
    }
    return result
  }

  /// Reads the number that the value must be.
  private func number<Result>(
    _ expected: String,
    _ convert: (JSONNumber) throws(JSONNumber.Misfit) -> Result
  ) throws(JSONError) -> Result {
    guard case .number(let text) = content else {
      throw error(expected: expected)
    }
    switch Self.converted(text, convert) {
    case .success(let result): return result
    case .failure(let misfit):
      let reason =
        switch misfit {
        case .notWhole: "which is not whole"
        case .outOfRange: "which is out of range"
        }
      throw JSONError(
        field: field, position: position,
        found: "\(Self.shortened(text)), \(reason)", expected: expected)
    }
  }

  private static func converted<Result>(
    _ text: String, _ convert: (JSONNumber) throws(JSONNumber.Misfit) -> Result
  ) -> Swift.Result<Result, JSONNumber.Misfit> {
    Array(text.utf8).withUnsafeBytes { bytes in
      // The text is a number's, since the parser has read it as one.
      guard let number = try? JSONNumber(at: bytes) else {
        return .failure(.outOfRange)
      }
      do throws(JSONNumber.Misfit) {
        return .success(try convert(number))
      } catch {
        return .failure(error)
      }
    }
  }

  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 40
      ? text : String(decoding: text.utf8.prefix(40), as: UTF8.self) + "…"
  }
}
