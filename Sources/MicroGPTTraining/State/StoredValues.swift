import MicroGPTFormat
import MicroGPTText

/// Values of a section of properties, each of the kind that its key is given.
struct StoredValues {
  private let values: Properties

  init(_ properties: Properties) { values = properties }

  func text(_ key: String) -> String? {
    if case .text(let text)? = values[key] { text } else { nil }
  }

  func numbers(_ key: String) -> [Double] {
    if case .numbers(let numbers)? = values[key] { numbers } else { [] }
  }

  func number(_ key: String) -> Double? { numbers(key).first }

  /// What fits an `Int`; a list with others is taken as none.
  func integers(_ key: String) -> [Int] {
    guard case .integers(let integers)? = values[key] else { return [] }
    let exact = integers.compactMap { Int(exactly: $0) }
    return exact.count == integers.count ? exact : []
  }

  func unsigned(_ key: String) -> UInt64? {
    guard case .integers(let integers)? = values[key] else { return nil }
    return integers.first
  }

  /// What is too large for an `Int` is too large for any option.
  func integer(_ key: String) -> Int? {
    unsigned(key).map { Int(clamping: $0) }
  }

  /// A number of steps.
  func step(
    _ key: String, atMost limit: Int
  ) throws(TrainingStateError) -> Int? {
    guard let step = unsigned(key) else { return nil }
    guard let exact = Int(exactly: step), exact <= limit else {
      throw .value(key: key, found: "\(step)", expected: "at most \(limit)")
    }
    return exact
  }

  /// One of a few names.
  func named<Name: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(TrainingStateError) -> Name? where Name.RawValue == String {
    guard let text = text(key) else { return nil }
    guard let name = Name(rawValue: text) else {
      throw .value(
        key: key, found: "\(quoted(text))",
        expected: Name.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return name
  }
}
