import ArgumentParser
import MicroGPTTraining

/// Declares an option of training: name, default and help are those of its
/// entry in `TrainingOption.all`.
extension Option where Value: ExpressibleByArgument {
  init(_ path: KeyPath<TrainingOptions, Value>) {
    let option = TrainingOption[path]
    self.init(
      wrappedValue: TrainingOptions.standard[keyPath: path],
      name: option.name,
      parsing: Value.self is any Numeric.Type ? .unconditional : .next,
      help: option.argumentHelp)
  }
}

extension Option {
  /// The same for an option that is not set by default.
  init<Number: ExpressibleByArgument & Numeric>(
    _ path: KeyPath<TrainingOptions, Number?>
  ) where Value == Number? {
    let option = TrainingOption[path]
    self.init(
      name: option.name, parsing: .unconditional, help: option.argumentHelp)
  }
}

extension TrainingOption {
  fileprivate var name: NameSpecification {
    .customLong(String(word.dropFirst(2)))
  }

  /// The option on the command line, as `--batch-size`.
  var word: String {
    "--" + key.split(separator: "_").joined(separator: "-")
  }

  fileprivate var argumentHelp: ArgumentHelp { ArgumentHelp(help) }
}
