import ArgumentParser
import MicroGPTFormat

/// The option that sets labels of a checkpoint.
public struct LabelOptions: ParsableArguments {
  /// The labels as they were given, as `title=Names`.
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Set a label, as title=Names; nothing behind = removes it.",
      discussion: """
        The keys are \(keys); own ones have a dot. Several numbers stand \
        apart by blanks.
        """, valueName: "key=value"))
  public var label: [String] = []

  private static let keys = StandardKeys.labels.keys.joined(separator: ", ")

  /// Creates options without labels.
  public init() {}

  /// Checks the labels, as the argument parser asks for it.
  ///
  /// - Throws: `ValidationError`, which names the label.
  public func validate() throws { _ = try applied(to: nil) }

  /// Labels with these changes.
  ///
  /// - Parameter labels: The labels so far.
  /// - Returns: `nil` if none are left.
  /// - Throws: `ValidationError` for a label that the format does not allow.
  public func applied(to labels: Properties?) throws -> Properties? {
    guard !label.isEmpty else { return labels }
    var values = labels?.dictionary ?? [:]
    for argument in label {
      guard let equals = argument.firstIndex(of: "=") else {
        throw ValidationError(
          "--label is “\(argument)”, expected a key, = and a value")
      }
      let key = String(argument[..<equals])
      let text = String(argument[argument.index(after: equals)...])
      values[key] = text.isEmpty ? nil : try value(of: text, for: key)
    }
    return values.isEmpty ? nil : try Properties(values)
  }

  private func value(
    of text: String, for key: String
  ) throws -> Properties.Value {
    let form = StandardKeys.labels.forms[key]
    guard form != nil || key.contains(".") else {
      throw ValidationError(
        "--label \(key) is no key of the format, expected \(Self.keys),"
          + " or an own key with a dot")
    }
    let words = text.split { $0 == " " || $0 == "," }
    let value: Properties.Value? =
      switch form {
      case .integers:
        Self.all(words.map { UInt64($0) }).map { .integers($0) }
      case .numbers: Self.all(words.map { Double($0) }).map { .numbers($0) }
      default: .text(text)
      }
    guard let value, form?.allows(value) ?? true else {
      throw ValidationError(
        "--label \(key) is “\(text)”, expected \(form?.description ?? "a text")"
      )
    }
    do {
      _ = try Properties([key: value])
    } catch {
      throw ValidationError("--label \(key): expected \(error.expected)")
    }
    return value
  }

  private static func all<Number>(_ numbers: [Number?]) -> [Number]? {
    let known = numbers.compactMap { $0 }
    return known.count == numbers.count ? known : nil
  }
}
