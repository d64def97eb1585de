import MicroGPTFormat
import MicroGPTRandom

/// How text is generated.
public struct GenerationOptions: Sendable, Hashable {
  /// What the logits are divided by: at 0 the likeliest token always wins, at
  /// 1 chances are those of the training data, above it they level out.
  public var temperature: Float
  /// The most characters to generate, beside the end of the context.
  public var maximumLength: Int?
  /// Whether a sample without prompt may be empty: may end before its first
  /// character.
  public var allowsEmpty: Bool

  /// Creates options.
  ///
  /// - Parameters:
  ///   - temperature: What the logits are divided by; 0 or more, finite.
  ///   - maximumLength: The most characters to generate; 0 or more.
  ///   - allowsEmpty: Whether a sample without prompt may be empty.
  public init(
    temperature: Float = 0.5, maximumLength: Int? = nil,
    allowsEmpty: Bool = false
  ) {
    precondition(
      temperature >= 0 && temperature.isFinite, "a temperature is 0 or more")
    precondition(maximumLength ?? 0 >= 0, "a length is 0 or more")
    self.temperature = temperature
    self.maximumLength = maximumLength
    self.allowsEmpty = allowsEmpty
  }
}

/// A generated text.
public struct Sample: Sendable, Hashable {
  /// Why generation ended.
  public enum Ending: Sendable, Hashable {
    /// The model ended the text.
    case stop
    /// The context, or the permitted length, was used up.
    case length
  }

  /// The prompt as it was given.
  public let prompt: String
  /// What the model wrote after it.
  public let continuation: String
  /// The number of characters, and so of tokens, in the prompt.
  public let promptTokenCount: Int
  /// The number of characters, and so of tokens, in the continuation.
  public let continuationTokenCount: Int
  /// Why generation ended.
  public let ending: Ending
}

/// A prompt that a model cannot continue.
public enum PromptError: Error, Sendable, Hashable {
  /// It has a character that the vocabulary lacks.
  case unknownCharacter(UnknownCharacter)
  /// It leaves no room in the context.
  case tooLong(characterCount: Int, limit: Int)
}

extension PromptError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .unknownCharacter(let unknown): "\(unknown)"
    case .tooLong(let count, let limit):
      "the prompt has \(count) characters, expected at most \(limit)"
        + " (block_size - 1)"
    }
  }
}

extension LanguageModel {
  /// The most characters that a prompt may have, `block_size` − 1.
  public var greatestPromptLength: Int { configuration.blockSize - 1 }

  /// Generates one text: from BOS and the prompt on, until the model ends it,
  /// the context of `block_size` positions is full, or it is long enough.
  ///
  /// The same model, prompt, options, seed and stream give the same text
  /// everywhere (spec: section 14).
  ///
  /// - Parameters:
  ///   - prompt: The beginning, at most ``greatestPromptLength`` characters;
  ///     capitals stand for their lower case where the model has no capitals.
  ///   - options: How to generate.
  ///   - seed: What chance depends on.
  ///   - stream: The number of the sample among those of one seed.
  /// - Returns: The text.
  /// - Throws: ``PromptError`` if the prompt cannot be continued.
  /// - Complexity: O(tokens × weights).
  public func generate(
    prompt: String = "", options: GenerationOptions = GenerationOptions(),
    seed: UInt64, stream: UInt64 = 0
  ) throws(PromptError) -> Sample {
    let tokens = try encode(prompt: prompt)
    let room = configuration.blockSize - tokens.count
    let limit = min(options.maximumLength ?? room, room)
    let generated = generate(
      after: tokens, limit: limit, options: options,
      random: SamplerRandom(seed: seed, stream: stream))
    return Sample(
      prompt: prompt, continuation: vocabulary.decode(generated),
      promptTokenCount: tokens.count, continuationTokenCount: generated.count,
      ending: generated.count < limit ? .stop : .length)
  }

  /// The tokens of a prompt, without BOS.
  private func encode(prompt: String) throws(PromptError) -> [Int] {
    let length = prompt.unicodeScalars.count
    guard length <= greatestPromptLength else {
      throw .tooLong(characterCount: length, limit: greatestPromptLength)
    }
    do {
      return try vocabulary.encode(prompt)
    } catch {
      throw .unknownCharacter(error)
    }
  }

  private func generate(
    after prompt: [Int], limit: Int, options: GenerationOptions,
    random: SamplerRandom
  ) -> [Int] {
    guard limit > 0 else { return [] }
    var state = InferenceState(self, positionCount: prompt.count + limit)
    var draw = TokenDraw(
      temperature: options.temperature, random: random,
      vocabularySize: vocabulary.size)
    var generated: [Int] = []
    generated.reserveCapacity(limit)
    state.advance(vocabulary.bosToken)
    for token in prompt { state.advance(token) }
    while generated.count < limit {
      // BOS is the last token, so a count without it bars the end of the text.
      let mayEnd =
        options.allowsEmpty || !prompt.isEmpty || !generated.isEmpty
      let token = draw.next(
        UnsafeBufferPointer(
          start: state.logits,
          count: mayEnd ? vocabulary.size : vocabulary.size - 1))
      if token == vocabulary.bosToken { break }
      generated.append(token)
      if generated.count < limit { state.advance(token) }
    }
    return generated
  }
}
