import Foundation
import Testing

/// An example of section 14 of the specification: a line of names with values,
/// and indented ones, each with a name.
struct SpecificationExample {
  /// What the first line says, by names.
  let values: [String: [String]]
  /// What the indented lines say, by names.
  let details: [String: [String]]

  /// The examples of the one fenced block of a name; `keys` are the names in
  /// first lines, and all else there is a value.
  static func all(
    _ name: String, keys: Set<String>
  ) throws -> [SpecificationExample] {
    var examples: [SpecificationExample] = []
    for line in try block(name) {
      let words = line.split(separator: " ").map(String.init)
      guard line.hasPrefix(" "), let last = examples.popLast() else {
        examples.append(Self(values: grouped(words, keys), details: [:]))
        continue
      }
      let (key, rest) = (try #require(words.first), Array(words.dropFirst()))
      examples.append(
        Self(
          values: last.values,
          details: last.details.merging([key: rest]) { old, _ in old }))
    }
    try #require(!examples.isEmpty, "block \(name)")
    return examples
  }

  /// The lines of the one fenced block of a name.
  static func block(_ name: String) throws -> [String] {
    let lines = try String(
      contentsOf: repository.appending(path: "Spec/FORMAT.md"), encoding: .utf8
    ).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: "```\(name)"))
    return lines[(start + 1)...].prefix { $0 != "```" }.map { $0 }
  }

  private static func grouped(
    _ words: [String], _ keys: Set<String>
  ) -> [String: [String]] {
    var groups: [String: [String]] = [:]
    var key = ""
    for word in words {
      if keys.contains(word), groups[word] == nil {
        key = word
        groups[key] = []
      } else {
        groups[key, default: []].append(word)
      }
    }
    return groups
  }

  /// The first value of a name as a number; `nil` if there is none.
  func number<Number: LosslessStringConvertible>(_ key: String) -> Number? {
    values[key]?.first.flatMap { Number($0) }
  }

  /// Those of an indented line.
  func numbers<Number: LosslessStringConvertible>(
    _ key: String
  ) throws -> [Number] {
    try #require(details[key]).map { try #require(Number($0)) }
  }
}

/// The folder of the repository.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent()  // MicroGPTSamplerTests
  .deletingLastPathComponent()  // Tests
  .deletingLastPathComponent()
