import ArgumentParser
import MicroGPTCommandLine

/// The options that a configuration file may hold: those that the command line
/// declares, by their names with `_` for `-`.
enum Settings {
  /// The keys that a file may have.
  static let keys = kinds.map(\.key)

  /// The kind of value that an option has.
  static func kind(of key: String) -> SettingValue.Kind {
    kinds.first { $0.key == key }?.kind ?? .text
  }

  /// The options in effect, but for those that are not set.
  static func values(of command: TrainCommand) -> [String: SettingValue] {
    declarations(command.groups).reduce(into: [:]) { values, option in
      values[option.key] = SettingValue(option.declaration.value)
    }
  }

  /// The options that some groups declare, each of its own type.
  static func typedValues(
    of groups: [any ParsableArguments]
  ) -> [String: Any] {
    declarations(groups).reduce(into: [:]) { values, option in
      values[option.key] = option.declaration.value
    }
  }

  /// All keys, in the order in which an error lists them.
  private static let kinds: [(key: String, kind: SettingValue.Kind)] = {
    var kinds = Self.kinds(of: [
      DataOptions(), ModelOptions(), OptimizerOptions(), SavingOptions(),
    ])
    let codec = kinds.firstIndex { $0.key == "codec" } ?? kinds.endIndex - 1
    kinds.insert(contentsOf: Self.kinds(of: [LabelOptions()]), at: codec + 1)
    // A preset only sets other options, which stored settings have instead.
    return kinds + [("preset", .text)] + Self.kinds(of: [ReportingOptions()])
  }()

  private static func kinds(
    of groups: [any ParsableArguments]
  ) -> [(key: String, kind: SettingValue.Kind)] {
    declarations(groups).map { ($0.key, type(of: $0.declaration).kind) }
  }

  private static func declarations(
    _ groups: [any ParsableArguments]
  ) -> [(key: String, declaration: any Declaration)] {
    groups.flatMap { Mirror(reflecting: $0).children }.compactMap { child in
      guard let declaration = child.value as? any Declaration,
        let label = child.label
      else { return nil }
      return (key(ofWrapper: label), declaration)
    }
  }

  /// The key of a property wrapper, as `n_layer` of `_nLayer`.
  private static func key(ofWrapper label: String) -> String {
    label.dropFirst().reduce(into: "") { key, character in
      if character.isUppercase { key += "_" }
      key += character.lowercased()
    }
  }
}

/// An option as it is declared for the argument parser.
private protocol Declaration {
  static var kind: SettingValue.Kind { get }
  var value: Any { get }
}

extension Flag: Declaration {
  fileprivate static var kind: SettingValue.Kind { .flag }
  fileprivate var value: Any { wrappedValue }
}

extension Option: Declaration {
  fileprivate static var kind: SettingValue.Kind {
    switch Value.self {
    case is Int.Type, is Int?.Type, is UInt64.Type: .wholeNumber
    case is Double.Type: .number
    case is [String].Type: .texts
    default: .text
    }
  }

  fileprivate var value: Any { wrappedValue }
}
