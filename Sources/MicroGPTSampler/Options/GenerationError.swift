import MicroGPTFormat

/// Why a text cannot be generated.
public enum GenerationError: Error, Sendable, Hashable {
  /// An option in plain words.
  public enum Option: String, Sendable {
    /// ``GenerationOptions/temperature``.
    case temperature
    /// ``GenerationOptions/topK``.
    case topK = "top-k"
    /// ``GenerationOptions/topP``.
    case topP = "top-p"
    /// ``GenerationOptions/minP``.
    case minP = "min-p"
    /// ``GenerationOptions/repetitionPenalty``.
    case repetitionPenalty = "repetition penalty"
    /// ``GenerationOptions/minimumLength``.
    case minimumLength = "minimum length"
    /// ``GenerationOptions/maximumLength``.
    case maximumLength = "maximum length"
    /// One of ``GenerationOptions/stopStrings``.
    case stopStrings = "stop string"
    /// What ``GenerationOptions/allowedCharacters`` and
    /// ``GenerationOptions/bannedCharacters`` leave.
    case allowedCharacters = "allowed characters"
    /// A place of ``GenerationOptions/forcedCharacters``.
    case forcedCharacters = "place of a forced character"
  }

  /// The prompt, or what is forced, has a character that the vocabulary lacks.
  case unknownCharacter(UnknownCharacter)
  /// The prompt leaves no room in the context.
  case promptTooLong(characterCount: Int, limit: Int)
  /// A text to be scored is longer than the context.
  case textTooLong(characterCount: Int, limit: Int)
  /// An option is outside its limits.
  case option(Option, found: String, expected: String)
}

extension GenerationError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .unknownCharacter(let unknown): "\(unknown)"
    case .promptTooLong(let count, let limit):
      "the prompt has \(count) characters, expected at most \(limit)"
        + " (block_size - 1)"
    case .textTooLong(let count, let limit):
      "the text has \(count) characters, expected at most \(limit)"
        + " (block_size)"
    case .option(let option, let found, let expected):
      "\(option.rawValue) is \(found), expected \(expected)"
    }
  }
}
