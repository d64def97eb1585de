import MicroGPTFormat
import MicroGPTParallel

/// A generated character.
public struct GeneratedCharacter: Sendable, Hashable {
  /// The character.
  public let scalar: Unicode.Scalar
  /// Its token.
  public let token: Int
  /// The natural logarithm of the chance that the model gives it, whatever the
  /// options make of that; `nil` unless the options ask for it.
  public let logProbability: Double?
}

/// One text in the making, character by character.
///
/// It has all of its state, so any number of them, on any threads, may use one
/// model. Characters that may belong to a stop string are held back until it
/// is clear that they do not.
///
/// - Complexity: Of a character, O(weights + positions × n_layer × n_embd);
///   nothing is allocated but where the text or its cache doubles.
public final class CharacterSequence: Sequence, IteratorProtocol {
  /// What chance depends on.
  public let seed: UInt64

  private let vocabulary: Vocabulary
  private let prompt: String
  private var batch: TextBatch
  /// The characters that were handed out.
  private var count = 0
  /// Why the text does not go on although it has not ended; `nil` if nothing
  /// went wrong.
  ///
  /// Whoever takes the characters one by one has to ask for it after the last.
  public private(set) var failure: GenerationError?

  convenience init(
    _ model: LanguageModel, _ rules: TokenRules, prompt: Prompt, index: UInt64
  ) throws(GenerationError) {
    // Whatever throws comes before the object: Embedded Swift 6.3 would not
    // free it.
    let batch = try GenerationError.memory { () throws(OutOfMemory) in
      try OutOfMemory.check(
        prompt.tokens.count, times: 2 * MemoryLayout<Int>.stride,
        for: "the prompt")
      return try TextBatch(model, rules, count: 1) { _ in
        Draft(model, rules, prompt: prompt.tokens, index: index)
      }
    }
    self.init(model, rules, prompt.text, batch)
  }

  private init(
    _ model: LanguageModel, _ rules: TokenRules, _ prompt: String,
    _ batch: consuming TextBatch
  ) {
    seed = rules.seed
    vocabulary = model.vocabulary
    self.prompt = prompt
    self.batch = batch
  }

  /// Makes the next character.
  ///
  /// - Returns: The character; `nil` when the text has ended, or does not go on
  ///   because of a ``failure``.
  public func next() -> GeneratedCharacter? {
    while count == batch.drafts[0].settledCount, advance() {}
    guard count < batch.drafts[0].settledCount else { return nil }
    defer { count += 1 }
    let token = batch.drafts[0].generatedToken(count)
    return GeneratedCharacter(
      scalar: vocabulary.scalars[token], token: token,
      logProbability: batch.drafts[0].logProbability(count))
  }

  /// Computes a part of what ``next()`` computes at once: some characters of a
  /// long prompt, or what comes after it.
  ///
  /// - Returns: Whether the text had not ended before, and did not fail.
  package func advance() -> Bool {
    guard batch.drafts[0].finishReason == nil, failure == nil else {
      return false
    }
    do { try batch.step() } catch { failure = error }
    return failure == nil
  }

  /// The text as far as its characters were handed out.
  public var sample: Sample {
    batch.drafts[0].sample(prompt: prompt, count: count, vocabulary)
  }
}
