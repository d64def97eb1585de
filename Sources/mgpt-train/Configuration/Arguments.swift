import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// The arguments in effect.
///
/// What a resumed run began with, a preset and a configuration file are put
/// before what the command line says, and the last word on an option counts.
struct Arguments: ParsableArguments {
  @OptionGroup var sources: ConfigurationOptions
  @Option(transform: fileName) var resume: String?
  @Option(transform: fileName) var initFrom: String?
  @Argument(parsing: .allUnrecognized) var others: [String] = []

  /// Puts all of them together.
  ///
  /// - Parameter given: The command line without the program's name.
  /// - Returns: What it stands for.
  /// - Throws: `CommandFailure` if one of the files cannot be read.
  static func all(
    _ given: [String]
  ) throws(CommandFailure) -> [String] {
    // What is wrong with them is told when all are parsed.
    guard let parsed = try? parse(given) else { return given }
    let file =
      try parsed.sources.config.map { path throws(CommandFailure) in
        try ConfigurationFile.read(path)
      } ?? [:]
    var values: [String: SettingValue] = [:]
    if let path = parsed.resume ?? file["resume"]?.text {
      values = try settings(ofRun: manifest(path), path)
    } else if let path = parsed.initFrom ?? file["init_from"]?.text {
      values = settings(ofModel: try manifest(path))
    }
    let preset =
      parsed.sources.preset
      ?? file["preset"]?.text.flatMap(Preset.init(rawValue:))
    for (key, value) in preset?.settings ?? [:] {
      values[key] = value
    }
    values.merge(file) { $1 }
    return values.sorted { $0.key < $1.key }
      .flatMap { $1.arguments(for: $0) } + given
  }

  private static func manifest(
    _ path: String
  ) throws(CommandFailure) -> Manifest {
    do { return try Checkpoint(path: path).manifest } catch {
      throw .reading(error, path)
    }
  }

  private static func settings(
    ofModel manifest: Manifest
  ) -> [String: SettingValue] {
    let configuration = manifest.configuration
    return [
      "n_layer": SettingValue(configuration.layerCount),
      "n_head": SettingValue(configuration.headCount),
      "n_embd": SettingValue(configuration.embeddingWidth),
      "block_size": SettingValue(configuration.blockSize),
    ]
  }

  /// What a run began with, as far as its checkpoint says.
  private static func settings(
    ofRun manifest: Manifest, _ path: String
  ) throws(CommandFailure) -> [String: SettingValue] {
    let state: TrainingState
    do { state = try TrainingState(manifest) } catch {
      throw .data("\(path): \(error)")
    }
    var settings = settings(ofModel: manifest)
    for option in TrainingOption.all {
      settings[option.key] = option.value(state.options).flatMap(
        SettingValue.init(stored:))
    }
    settings["document"] = .text(state.document.rawValue)
    settings["engine"] = .text(EngineKind(of: manifest).rawValue)
    settings["codec"] = .text(
      TrainingState.storageFormat(of: manifest).codec.name)
    return settings
  }
}

extension SettingValue {
  /// A value of the training state, of which options have one each.
  init?(stored value: Properties.Value) {
    switch value {
    case .text(let text): self = .text(text)
    case .integers(let integers):
      guard let integer = integers.first else { return nil }
      self = .integer(integer)
    case .numbers(let numbers):
      guard let number = numbers.first else { return nil }
      self = .number(number)
    }
  }

  fileprivate var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}

extension EngineKind {
  /// The engine that computes as a run does.
  init(of manifest: Manifest) {
    let type = TrainingState.storageFormat(of: manifest).elementType
    self = type == .f64 ? .reference : .fast
  }
}
