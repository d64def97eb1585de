/// The keys to which the specification gives a meaning in one of the sections
/// of properties.
///
/// Spec: sections 9.2, “Labels”, and 9.3, “Training state”.
///
/// Other keys without a dot may come with a later version, and are taken as
/// they are.
public struct StandardKeys: Sendable {
  /// What a value must be.
  package enum Form: Sendable {
    /// A text of so many bytes.
    case text(ClosedRange<Int>)
    /// The same without line feeds and tabs.
    case line(ClosedRange<Int>)
    /// A SHA-256 as 64 lower-case hexadecimal digits.
    case digest
    /// So many unsigned integers.
    case integers(ClosedRange<Int>)
    /// So many real numbers.
    case numbers(ClosedRange<Int>)
  }

  /// What is wrong with the value of a key.
  package struct Defect: Equatable {
    package let reason: FormatError.Reason
    package let key: String
    package let found: String
    package let expected: String
  }

  package let forms: ValuesByKey<Form>
  let required: [String]

  /// The keys of labels, the section mETa.
  public static let labels = StandardKeys(
    forms: [
      "title": .line(1...200), "author": .line(1...200),
      "licence": .line(1...200), "source": .line(1...2_000),
      "description": .text(1...10_000), "data_sha256": .digest,
      "data_documents": .integers(1...1), "train_steps": .integers(1...1),
      "train_seed": .integers(1...1), "train_loss": .numbers(1...1),
      "validation_loss": .numbers(1...1),
      "history_steps": .integers(1...4_096),
      "history_loss": .numbers(1...4_096),
      "history_validation_steps": .integers(1...4_096),
      "history_validation_loss": .numbers(1...4_096),
    ], required: [])

  /// The keys of the training state, the section oPTM.
  public static let trainingState = StandardKeys(
    forms: [
      "step": .integers(1...1), "planned_steps": .integers(1...1),
      "seed": .integers(1...1), "batch_size": .integers(1...1),
      "learning_rate": .numbers(1...1), "beta1": .numbers(1...1),
      "beta2": .numbers(1...1), "epsilon": .numbers(1...1),
      "initial_deviation": .numbers(1...1), "schedule": .line(1...200),
      "warmup_steps": .integers(1...1), "minimum_rate": .numbers(1...1),
      "weight_decay": .numbers(1...1), "gradient_clip": .numbers(1...1),
      "dropout": .numbers(1...1), "document": .line(1...200),
      "data_sha256": .digest, "validation_share": .numbers(1...1),
      "validation_every": .integers(1...1), "patience": .integers(1...1),
      "best_loss": .numbers(1...1), "best_step": .integers(1...1),
    ], required: ["planned_steps", "step"])

  /// The keys in alphabetical order.
  public var keys: [String] { forms.keys }

  /// The first defect of properties, in the order of their keys; required keys
  /// that are missing come last.
  ///
  /// - Parameter properties: What a section holds.
  /// - Returns: `nil` if every assigned key has a value as specified.
  package func firstDefect(in properties: Properties) -> Defect? {
    for (key, value) in zip(properties.keys, properties.values) {
      guard let form = forms[key], !form.allows(value) else { continue }
      return Defect(
        reason: .outOfRange, key: key, found: value.summary,
        expected: form.description)
    }
    for key in required where properties[key] == nil {
      return Defect(
        reason: .missing, key: key, found: "no such key",
        expected: required.reduce("") { $0.isEmpty ? $1 : "\($0) and \($1)" })
    }
    if case .integers(let done)? = properties["step"],
      case .integers(let planned)? = properties["planned_steps"],
      !required.isEmpty, done[0] > planned[0]
    {
      return Defect(
        reason: .outOfRange, key: "step", found: "\(done[0])",
        expected: "at most planned_steps (\(planned[0]))")
    }
    return nil
  }
}

extension StandardKeys.Form: CustomStringConvertible {
  package func allows(_ value: Properties.Value) -> Bool {
    switch (self, value) {
    case (.text(let range), .text(let text)):
      range.contains(text.utf8.count)
    case (.line(let range), .text(let text)):
      range.contains(text.utf8.count)
        && !text.unicodeScalars.contains { $0 == "\n" || $0 == "\t" }
    case (.digest, .text(let text)):
      text.utf8.count == 64
        && text.utf8.allSatisfy { byte in
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    case (.integers(let range), .integers(let integers)):
      range.contains(integers.count)
    case (.numbers(let range), .numbers(let numbers)):
      range.contains(numbers.count)
    default: false
    }
  }

  package var description: String {
    switch self {
    case .text(let range): "a text of \(Self.words(range)) bytes"
    case .line(let range): "a line of \(Self.words(range)) bytes"
    case .digest: "64 digits of 0-9 a-f"
    case .integers(1...1): "one unsigned integer"
    case .integers(let range): "\(Self.words(range)) unsigned integers"
    case .numbers(1...1): "one real number"
    case .numbers(let range): "\(Self.words(range)) real numbers"
    }
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    "\(range.lowerBound) to \(range.upperBound)"
  }
}

extension Properties.Value {
  /// What kind of value it is, and how long.
  fileprivate var summary: String {
    switch self {
    case .text(let text): "a text of \(text.utf8.count) bytes"
    case .integers(let integers): "\(integers.count) unsigned integers"
    case .numbers(let numbers): "\(numbers.count) real numbers"
    }
  }
}
