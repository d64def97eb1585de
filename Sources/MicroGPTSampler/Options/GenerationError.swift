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
  case unknownCharacter(UnknownCharacterError)
  /// The prompt leaves no room in the context.
  case promptTooLong(characterCount: Int, limit: Int)
  /// A text to be scored is longer than the context.
  case textTooLong(characterCount: Int, limit: Int)
  /// An option is outside its limits.
  case invalidOption(Option, found: String, expected: String)
  /// There is too little memory.
  case outOfMemory(OutOfMemory)
  /// The weights are finite, but too large: a logit is not finite. The index is
  /// that of the text among those of the seed, `nil` for a text to be scored;
  /// positions are counted from 0, that of BOS.
  case logitNotFinite(index: UInt64?, position: Int)
}

extension GenerationError {
  /// Does what may lack memory.
  static func memory<Result: ~Copyable>(
    _ body: () throws(OutOfMemory) -> Result
  ) throws(GenerationError) -> Result {
    do throws(OutOfMemory) { return try body() } catch {
      throw .outOfMemory(error)
    }
  }

  /// Tells why a text does not go through the model.
  ///
  /// - Parameters:
  ///   - error: The reason.
  ///   - index: The index of the text; `nil` if it is scored.
  init(_ error: InferenceError, index: UInt64?) {
    switch error {
    case .outOfMemory(let error): self = .outOfMemory(error)
    case .logitNotFinite(_, let position):
      self = .logitNotFinite(index: index, position: position)
    }
  }
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
    case .invalidOption(let option, let found, let expected):
      "\(option.rawValue) is \(found), expected \(expected)"
    case .outOfMemory(let error): error.description
    case .logitNotFinite(let index, let position):
      "the model gives a logit that is not finite at position \(position)"
        + (index.map { " of the text with index \($0)" } ?? "")
        + ", expected finite logits: its weights are too large"
    }
  }
}
