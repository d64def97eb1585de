import MicroGPTText

/// The value of an option in a configuration file.
enum SettingValue: Equatable {
  case flag(Bool)
  case integer(UInt64)
  case number(Double)
  case text(String)
  case texts([String])
}

extension SettingValue {
  init(_ value: Int) { self = .integer(UInt64(value)) }

  /// The value of an option that was checked; `nil` if it is not set.
  init?(_ value: Any) {
    switch value {
    case let flag as Bool: self = .flag(flag)
    case let integer as Int: self.init(integer)
    case let integer as UInt64: self = .integer(integer)
    case let number as Double: self = .number(number)
    case let text as String: self = .text(text)
    case let texts as [String] where !texts.isEmpty: self = .texts(texts)
    case let name as any RawRepresentable<String>: self = .text(name.rawValue)
    default: return nil
    }
  }

  /// The arguments that give it to an option.
  func arguments(for key: String) -> [String] {
    let option = "--" + key.split(separator: "_").joined(separator: "-")
    return switch self {
    case .flag(let isOn):
      [isOn ? option : "--no-" + option.dropFirst(2)]
    case .integer(let integer): ["\(option)=\(integer)"]
    case .number(let number): ["\(option)=\(number)"]
    case .text(let text): ["\(option)=\(text)"]
    case .texts(let texts): texts.map { "\(option)=\($0)" }
    }
  }
}

extension SettingValue {
  /// The kinds of values that options have.
  enum Kind: String {
    case flag = "true or false"
    case wholeNumber = "a whole number"
    case number = "a number"
    case text = "a text"
    case texts = "an array of texts"
  }

  /// Reads the value of an option; one that is no flag may also be the text
  /// that the command line would have.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - kind: The kind that the option has.
  /// - Throws: `JSONError` for a value of another kind.
  init(_ value: JSONValue, _ kind: Kind) throws(JSONError) {
    switch (value.content, kind) {
    case (.boolean(let isOn), .flag): self = .flag(isOn)
    case (.array(let items), .texts):
      var texts: [String] = []
      for item in items { texts.append(try item.string("a text")) }
      self = .texts(texts)
    case (.string(let text), .texts), (.string(let text), .text):
      self = .text(text)
    case (.string(let text), .wholeNumber) where Self.isWhole(text),
      (.string(let text), .number) where Double(text) != nil:
      self = .text(text)
    case (.number, .wholeNumber), (.number, .number), (.number, .text):
      self = try Self.number(value, kind)
    default: throw value.error(expected: kind.rawValue)
    }
  }

  /// Whether a text is that of a whole number, of any size.
  private static func isWhole(_ text: String) -> Bool {
    Int(text) != nil || UInt64(text) != nil
  }

  private static func number(
    _ value: JSONValue, _ kind: Kind
  ) throws(JSONError) -> SettingValue {
    if let integer = try? value.unsignedInteger() { return .integer(integer) }
    // A number below 0 is refused for its size, together with what the command
    // line says.
    if let integer = try? value.integer() { return .text("\(integer)") }
    if kind == .wholeNumber {
      // Tells a fraction from a number that is too large.
      return .integer(try value.unsignedInteger())
    }
    return .number(try value.double())
  }
}

extension SettingValue: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .flag(let flag): try container.encode(flag)
    case .integer(let integer): try container.encode(integer)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .texts(let texts): try container.encode(texts)
    }
  }
}
