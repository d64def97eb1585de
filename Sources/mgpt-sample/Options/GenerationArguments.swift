import ArgumentParser
import MicroGPTCommandLine
import MicroGPTSampler

/// How texts are generated: all options of the library.
///
/// Names are spelled out, as to derive them costs time at each start.
struct GenerationArguments: ParsableArguments {
  @Option(
    name: .customLong("temperature"), parsing: .unconditional,
    help: """
      How freely to choose, 0 to 100: 0 always takes the likeliest character, \
      1 follows the training data.
      """)
  var temperature: Float = 0.5

  @Option(
    name: .customLong("top-k"), parsing: .unconditional,
    help: "Draw from so many likeliest characters, 1 or more (default: all).")
  var topK: Int?

  @Option(
    name: .customLong("top-p"), parsing: .unconditional,
    help: """
      Draw from the fewest likeliest characters that have this share of chance, \
      above 0, at most 1.
      """)
  var topP: Float = 1

  @Option(
    name: .customLong("min-p"), parsing: .unconditional,
    help: "Draw from those with this share of the likeliest's chance, 0 to 1.")
  var minP: Float = 0

  @Option(
    name: .customLong("repetition-penalty"), parsing: .unconditional,
    help: """
      Divide the logits of characters that the text has already, above 0; 1: no \
      penalty.
      """)
  var repetitionPenalty: Float = 1

  @Option(
    name: .customLong("seed"), parsing: .unconditional,
    help: "What chance depends on, 0 to 2^64 - 1 (default: random).")
  var seed: UInt64?

  @Option(
    name: .customLong("min-length"), parsing: .unconditional,
    help: "Characters before the model may end a text, 0 to 1000000000.")
  var minLength = 0

  @Option(
    name: .customLong("max-length"), parsing: .unconditional,
    help: """
      The most characters behind the prompt, --min-length to 1000000000 \
      (default: what the context holds; with --slide \(slidingLength)).
      """)
  var maxLength: Int?

  @Flag(
    name: .customLong("slide"),
    help: """
      Go on when the context is full: its later half is read anew. A prompt may \
      have any length.
      """)
  var slide = false

  @Flag(
    name: .customLong("allow-empty"),
    help: "Let a text without prompt be empty, an empty line.")
  var allowEmpty = false

  @Option(
    name: .customLong("stop"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End a text before this one; may be repeated.", valueName: "string"))
  var stop: [String] = []

  @Option(
    name: .customLong("ban"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Never draw these.", valueName: "characters"))
  var ban: [String] = []

  @Option(
    name: .customLong("only"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Draw from these alone (default: all).", valueName: "characters"))
  var only: [String] = []

  @Option(
    name: .customLong("force"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      Give the character at a place behind the prompt, counted from 0, as 2=x; \
      may be repeated.
      """, valueName: "place=character"))
  var force: [String] = []

  /// How long a text gets that nothing else ends: a model of one long text has
  /// learnt no end.
  private static let slidingLength = 1000

  func validate() throws {
    try temperature.require(in: 0...100, "--temperature")
    try minLength.require(in: 0...1_000_000_000, "--min-length")
    try maxLength?.require(in: minLength...1_000_000_000, "--max-length")
    let options = try options(seed: 0)
    do { try options.validate() } catch {
      guard case .invalidOption(let option, let found, let expected) = error
      else {
        throw ValidationError("\(error)")
      }
      throw ValidationError(
        "\(Self.name(of: option)) is \(option == .stopStrings ? "“”" : found),"
          + " expected \(expected)")
    }
  }

  /// The options of the library.
  ///
  /// - Parameters:
  ///   - seed: What chance depends on.
  ///   - reportsLogProbabilities: Whether logarithms of chances are computed.
  /// - Returns: The options.
  /// - Throws: `ValidationError` for what `--force` does not understand.
  func options(
    seed: UInt64, reportsLogProbabilities: Bool = false
  ) throws -> GenerationOptions {
    GenerationOptions(
      seed: seed, temperature: temperature, topK: topK, topP: topP, minP: minP,
      repetitionPenalty: repetitionPenalty, minimumLength: minLength,
      maximumLength: maxLength
        ?? (slide ? max(Self.slidingLength, minLength) : nil),
      allowsEmptyText: allowEmpty, contextOverflow: slide ? .slide : .stop,
      stopStrings: stop, bannedCharacters: ban.flatMap(\.unicodeScalars),
      allowedCharacters: only.isEmpty ? nil : only.flatMap(\.unicodeScalars),
      forcedCharacters: try forcedCharacters,
      reportsLogProbabilities: reportsLogProbabilities)
  }

  private var forcedCharacters: [Int: Unicode.Scalar] {
    get throws {
      var characters: [Int: Unicode.Scalar] = [:]
      for argument in force {
        // By scalars: = and a mark after it are one grapheme.
        let parts = argument.unicodeScalars.split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false
        ).map(String.init)
        guard parts.count == 2, let place = Int(parts[0]), place >= 0,
          let scalar = parts[1].unicodeScalars.first,
          parts[1].unicodeScalars.count == 1
        else {
          let isDecomposed =
            parts.count == 2 && parts[1].count == 1
            && parts[1].unicodeScalars.count > 1
          throw ValidationError(
            "--force is “\(argument)”, expected a place from 0 on, = and one"
              + " character"
              + (isDecomposed
                ? "; this one is in decomposed form (NFD), which takes"
                  + " \(parts[1].unicodeScalars.count) characters"
                : ""))
        }
        guard characters.updateValue(scalar, forKey: place) == nil else {
          throw ValidationError(
            "--force has the place \(place) twice, expected once")
        }
      }
      return characters
    }
  }

  /// What to say of options that a model refuses, and of a model that gives no
  /// text.
  static func failure(
    _ error: GenerationError, _ path: String
  ) -> CommandFailure {
    switch error {
    case .outOfMemory: .memory("\(path): \(error)")
    case .logitNotFinite: .data("\(path): \(error)")
    case .unknownCharacter: .usage("--force: \(error)")
    case .invalidOption(.allowedCharacters, _, _):
      .usage(
        "--only and --ban leave no character of the vocabulary, expected at"
          + " least one")
    default: .usage("\(error)")
    }
  }

  /// What an option of the library is called here.
  private static func name(of option: GenerationError.Option) -> String {
    switch option {
    case .temperature: "--temperature"
    case .topK: "--top-k"
    case .topP: "--top-p"
    case .minP: "--min-p"
    case .repetitionPenalty: "--repetition-penalty"
    case .minimumLength: "--min-length"
    case .maximumLength: "--max-length"
    case .stopStrings: "--stop"
    case .allowedCharacters: "--only"
    case .forcedCharacters: "--force"
    }
  }
}
