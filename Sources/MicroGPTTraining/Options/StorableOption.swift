import MicroGPTFormat

/// The value of an option as oPTM holds it.
protocol StorableOption: Sendable {
  /// The value to store, if there is any.
  var stored: Properties.Value? { get }
  /// The inverse of ``stored``; `nil` if the key is absent.
  static func read(
    _ key: String, _ values: StoredValues
  ) throws(TrainingStateError) -> Self?
}

/// A number, or none, with a range.
protocol RangedOption: StorableOption {
  associatedtype Number: Comparable & Sendable
  /// The number to check.
  var number: Number? { get }
}

extension Int: RangedOption {
  var stored: Properties.Value? { .integers([UInt64(self)]) }
  var number: Int? { self }

  static func read(_ key: String, _ values: StoredValues) -> Int? {
    values.integer(key)
  }
}

extension Int?: StorableOption, RangedOption {
  var stored: Properties.Value? { flatMap(\.stored) }
  var number: Int? { self }

  static func read(_ key: String, _ values: StoredValues) -> Int?? {
    values.integer(key)
  }
}

extension UInt64: StorableOption {
  var stored: Properties.Value? { .integers([self]) }

  static func read(_ key: String, _ values: StoredValues) -> UInt64? {
    values.unsigned(key)
  }
}

extension Double: RangedOption {
  var stored: Properties.Value? { .numbers([self]) }
  var number: Double? { self }

  static func read(_ key: String, _ values: StoredValues) -> Double? {
    values.number(key)
  }
}

extension Schedule: StorableOption {
  var stored: Properties.Value? { .text(rawValue) }

  static func read(
    _ key: String, _ values: StoredValues
  ) throws(TrainingStateError) -> Schedule? {
    try values.named(key)
  }
}
