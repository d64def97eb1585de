/// Texts of one prompt, one after the other; see
/// ``LanguageModel/samples(prompt:options:count:)``.
///
/// Some are made ahead, more of them the more were taken.
public final class SampleSequence: Sequence, IteratorProtocol {
  private let generator: BatchGenerator
  private let prompt: Prompt
  private let count: Int?
  private var ready: [Sample] = []
  /// How many of these were handed out.
  private var taken = 0
  /// The texts made so far.
  private var made = 0

  init(_ generator: BatchGenerator, prompt: Prompt, count: Int?) {
    self.generator = generator
    self.prompt = prompt
    self.count = count
  }

  /// What chance depends on.
  public var seed: UInt64 { generator.rules.seed }

  /// Why there are no more texts although the last was not reached; `nil` if
  /// nothing went wrong.
  public private(set) var failure: GenerationError?

  /// The next text; `nil` after the last, and after a ``failure``.
  ///
  /// - Returns: The text.
  public func next() -> Sample? {
    if taken == ready.count {
      guard failure == nil else { return nil }
      let size = Swift.min(
        Swift.max(3 * made, 24), generator.model.preferredBatchSize,
        (count ?? .max) - made)
      guard size > 0 else { return nil }
      ready = []  // lest both parts take memory
      taken = 0
      do {
        ready = try generator.samples(
          of: Prompts(prompt, count: size), firstIndex: UInt64(made))
      } catch {
        failure = error
        return nil
      }
      made += size
    }
    defer { taken += 1 }
    return ready[taken]
  }
}
