import MicroGPTCommandLine
import MicroGPTText

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
    do throws(JSONError) {
      let options = try JSONValue(parsing: bytes).object("an object of options")
      try options.requireKeys(Settings.keys, kind: "option")
      var values: [String: SettingValue] = [:]
      for member in options.members {
        values[member.key] = try SettingValue(
          member.value, Settings.kind(of: member.key))
      }
      return values
    } catch {
      throw .data("\(path): \(error)")
    }
  }

  /// The options in effect as the text of such a file.
  static func text(of command: TrainCommand) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    let values = Settings.values(of: command)
    return String(decoding: try encoder.encode(values), as: UTF8.self) + "\n"
  }
}
