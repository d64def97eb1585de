import MicroGPTCommandLine

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Options as a JSON object: the names of the options, with `_` for `-`.
enum ConfigurationFile {
  /// Reads a file.
  static func read(
    _ path: String
  ) throws(CommandFailure) -> [String: SettingValue] {
    let limit = 1 << 20
    let bytes = try InputFile.read(path, atMost: limit + 1)
    guard bytes.count <= limit else {
      throw .data("\(path): expected at most 1 MiB of options")
    }
    let values: [String: SettingValue]
    do {
      values = try JSONDecoder().decode(
        [String: SettingValue].self, from: Data(bytes))
    } catch {
      throw .data("\(path): \(reason(error))")
    }
    for key in values.keys.sorted() where !Settings.keys.contains(key) {
      throw .data(
        "\(path): “\(key)” is no option, expected one of those that"
          + " --print-config prints")
    }
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let expected = Settings.defect(of: value, for: key) else {
        continue
      }
      throw .data("\(path): “\(key)” is expected to be \(expected)")
    }
    return values
  }

  /// The options in effect as the text of such a file.
  static func text(of command: Train) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    let values = Settings.values(of: command)
    return String(decoding: try encoder.encode(values), as: UTF8.self) + "\n"
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context):
      context.codingPath.first.map {
        "“\($0.stringValue)” is expected to be a number, a text, true, false,"
          + " or an array of texts"
      } ?? "expected a JSON object of options"
    default: "this is no JSON"
    }
  }
}
