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

extension SettingValue: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let integer = try? container.decode(UInt64.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let texts = try? container.decode([String].self) {
      self = .texts(texts)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

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
