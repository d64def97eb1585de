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

  /// The values by their keys.
  public private(set) var values: ValuesByKey<Value>

  /// Creates properties after checking them.
  ///
  /// - Parameter values: Values by keys of 1 to 64 of the characters a to z, 0
  ///   to 9, `_`, `-` and `.`.
  /// - Throws: ``InvalidProperty``, which names the first key, in alphabetical
  ///   order, that breaks a rule.
  public init(_ values: ValuesByKey<Value> = [:]) throws(InvalidProperty) {
    self.values = values
    for key in sortedKeys {
      guard let value = values[key] else { continue }
      if let expected = Self.defect(ofKey: key) ?? Self.defect(of: value) {
        throw InvalidProperty(key: key, expected: expected)
      }
    }
  }

  /// Puts values together that keep the rules.
  package init(checked values: ValuesByKey<Value>) { self.values = values }

  /// The keys in the order in which a file holds them: byte by byte.
  public var sortedKeys: [String] { values.sortedKeys }

  /// The greatest length of a key in bytes.
  public static let maximumKeyByteCount = 64
  /// The greatest length of a value in bytes.
  public static let maximumValueByteCount = 1 << 20

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
public struct InvalidProperty: Error, Sendable, Hashable {
  /// The key in question.
  public let key: String
  /// What was expected of it or of its value.
  public let expected: String
}
