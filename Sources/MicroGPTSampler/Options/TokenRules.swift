import MicroGPTFormat

/// What options mean for a model: what may be drawn at each position of a text,
/// what repetition costs, and where the text ends.
final class TokenRules: Sendable {
  let options: GenerationOptions
  let seed: UInt64
  let stops: StopStrings
  /// Whether they say no more than that a text without prompt is not empty, so
  /// that a draft need not ask.
  let arePlain: Bool

  private let bosToken: Int
  private let barred: [Int]
  /// The forced tokens by their places in the continuation.
  private let forced: [Int: Int]
  /// The position from which on the text may end.
  private let minimumLength: Int

  /// Prepares the rules.
  ///
  /// - Parameters:
  ///   - options: The options.
  ///   - vocabulary: The characters of the model.
  /// - Throws: ``GenerationError`` if an option is outside its limits, no
  ///   character is left to draw, or one that is forced is unknown.
  convenience init(
    _ options: GenerationOptions, _ vocabulary: Vocabulary
  ) throws(GenerationError) {
    try options.validate()
    // Whatever throws comes before the object: Embedded Swift 6.3 would not
    // free it.
    self.init(
      options, vocabulary, barred: try Self.barred(options, vocabulary),
      forced: try Self.forced(options, vocabulary))
  }

  private init(
    _ options: GenerationOptions, _ vocabulary: Vocabulary, barred: [Int],
    forced: [Int: Int]
  ) {
    self.options = options
    seed = options.seed ?? GenerationOptions.drawSeed()
    stops = StopStrings(options.stopStrings, vocabulary)
    bosToken = vocabulary.bosToken
    self.barred = barred
    self.forced = forced
    let last = forced.keys.max() ?? -1
    minimumLength = max(options.minimumLength, last == .max ? last : last + 1)
    arePlain =
      options.temperature > 0 && options.repetitionPenalty == 1
      && options.minimumLength == 0 && !options.allowsEmptyText
      && barred.isEmpty
      && forced.isEmpty && stops.isEmpty
  }

  /// The tokens that are never drawn.
  private static func barred(
    _ options: GenerationOptions, _ vocabulary: Vocabulary
  ) throws(GenerationError) -> [Int] {
    let bosToken = vocabulary.bosToken
    var isAllowed = [Bool](
      repeating: options.allowedCharacters == nil, count: bosToken)
    // What the vocabulary lacks is never drawn anyway.
    for scalar in options.allowedCharacters ?? [] {
      if let token = vocabulary.token(of: scalar) { isAllowed[token] = true }
    }
    for scalar in options.bannedCharacters {
      if let token = vocabulary.token(of: scalar) { isAllowed[token] = false }
    }
    let barred = isAllowed.indices.filter { !isAllowed[$0] }
    guard barred.count < bosToken else {
      throw .invalidOption(
        .allowedCharacters, found: "none of the vocabulary",
        expected: "at least one")
    }
    return barred
  }

  private static func forced(
    _ options: GenerationOptions, _ vocabulary: Vocabulary
  ) throws(GenerationError) -> [Int: Int] {
    var forced: [Int: Int] = [:]
    for (position, scalar) in options.forcedCharacters {
      do {
        forced[position] = try vocabulary.encode(String(scalar))[0]
      } catch {
        throw .unknownCharacter(error)
      }
    }
    return forced
  }

  /// The token that is given at a position of the continuation; `nil` if it is to
  /// be drawn.
  func forcedToken(at position: Int) -> Int? {
    forced[position]
  }

  /// Applies the rules to the logits of a position.
  ///
  /// - Parameters:
  ///   - logits: The logits of all tokens.
  ///   - position: The number of characters generated before.
  ///   - context: The characters that the logits follow from.
  ///   - mayEnd: Whether the text may end here, were it long enough.
  func apply(
    to logits: UnsafeMutableBufferPointer<Float>, at position: Int,
    context: ArraySlice<Int>, mayEnd: Bool
  ) {
    if options.repetitionPenalty != 1 { penalize(context, logits) }
    for token in barred { logits[token] = -.infinity }
    if !mayEnd || position < minimumLength { logits[bosToken] = -.infinity }
  }

  /// Makes the characters of the context less likely, each once, with logits
  /// that stay finite.
  private func penalize(
    _ context: ArraySlice<Int>, _ logits: UnsafeMutableBufferPointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: bosToken) {
      isPresent in
      isPresent.initialize(repeating: false)
      for token in context where !isPresent[token] {
        isPresent[token] = true
        let penalized =
          logits[token] > 0
          ? logits[token] / options.repetitionPenalty
          : logits[token] * options.repetitionPenalty
        let maximum = Float.greatestFiniteMagnitude
        logits[token] = min(max(penalized, -maximum), maximum)
      }
    }
  }
}
