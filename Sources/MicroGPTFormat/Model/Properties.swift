import MicroGPTText

/// Named values: the contents of the sections oPTM and mETa.
///
/// Spec: section 9, “Properties”.
public struct Properties: Sendable, Hashable {
  /// A value: a text, whole numbers or real numbers.
  public enum Value: Sendable, Hashable {
    /// A text without control characters but newline and tab.
    case text(String)
    /// One or more unsigned integers.
    case integers([UInt64])
    /// One or more finite doubles.
    case numbers([Double])
  }

  private let table: ValuesByKey<Value>

  /// Creates none.
  public init() { table = [:] }

  /// Creates properties after checking them.
  ///
  /// - Parameter values: Values by keys of 1 to 64 of the characters a to z, 0
  ///   to 9, `_`, `-` and `.`, as a dictionary has them.
  /// - Throws: ``PropertyError``, which names the first key, in alphabetical
  ///   order, that breaks a rule.
  public init(
    _ values: some Sequence<(key: String, value: Value)>
  ) throws(PropertyError) {
    table = ValuesByKey(values)
    if let error = firstError { throw error }
  }

  /// Puts values together that keep the rules.
  package init(checked values: some Sequence<(key: String, value: Value)>) {
    table = ValuesByKey(values)
  }

  /// The same of values that are sorted already.
  init(checked table: ValuesByKey<Value>) { self.table = table }

  /// The value of a key; `nil` if there is none.
  public subscript(key: String) -> Value? { table[key] }

  /// The keys in the order in which a file holds them: byte by byte.
  public var keys: [String] { table.keys }

  /// The values in the order of their keys.
  package var values: [Value] { table.values }

  /// Whether there is none.
  public var isEmpty: Bool { table.isEmpty }

  #if !hasFeature(Embedded)
  /// The values by their keys, to be changed.
  package var dictionary: [String: Value] {
    Dictionary(uniqueKeysWithValues: zip(keys, values))
  }
  #endif

  /// The greatest length of a key in bytes.
  public static let maximumKeyByteCount = 64
  /// The greatest length of a value in bytes.
  public static let maximumValueByteCount = 1 << 20

  /// The first key, in their order, that breaks a rule; `nil` if none does.
  var firstError: PropertyError? {
    for (key, value) in zip(keys, values) {
      if let expected = Self.defect(ofKey: key) ?? Self.defect(of: value) {
        return PropertyError(key: key, expected: expected)
      }
    }
    return nil
  }

  /// What is wrong with a key, as what was expected; `nil` if nothing is.
  static func defect(ofKey key: String) -> String? {
    let allowed = key.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    return allowed && (1...maximumKeyByteCount).contains(key.utf8.count)
      ? nil : "a key of 1 to \(maximumKeyByteCount) of a-z 0-9 _ - ."
  }

  /// What is wrong with a value, as what was expected; `nil` if nothing is.
  static func defect(of value: Value) -> String? {
    let byteCount: Int
    switch value {
    case .text(let text):
      byteCount = text.utf8.count
      let isPlain = text.unicodeScalars.allSatisfy {
        !$0.isControl || $0 == "\n" || $0 == "\t"
      }
      if !isPlain { return "text without control characters" }
    case .integers(let integers):
      byteCount = integers.count * 8
      if integers.isEmpty { return "at least one integer" }
    case .numbers(let numbers):
      byteCount = numbers.count * 8
      if numbers.isEmpty { return "at least one number" }
      if !(numbers.allSatisfy { $0.isFinite }) { return "finite numbers" }
    }
    return byteCount <= maximumValueByteCount
      ? nil : "at most \(maximumValueByteCount) bytes"
  }
}

/// A key or a value that the format does not allow.
public struct PropertyError: Error, Sendable, Hashable {
  /// The key in question.
  public let key: String
  /// What was expected of it or of its value.
  public let expected: String
}

extension PropertyError: CustomStringConvertible {
  /// The error as one clause, as `the property “a” is wrong, expected finite
  /// numbers`.
  public var description: String {
    "the property \(quoted(key)) is wrong, expected \(expected)"
  }
}
