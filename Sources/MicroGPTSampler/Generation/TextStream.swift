#if !hasFeature(Embedded)
/// One text in the making, for `for await`; it ends when its task is cancelled.
///
/// Each character is computed when it is asked for, on the task that asks.
public struct TextStream: AsyncSequence, Sendable {
  /// What it consists of.
  public typealias Element = GeneratedCharacter

  let model: LanguageModel
  let rules: TokenRules
  let prompt: Prompt
  let index: UInt64

  /// What chance depends on.
  public var seed: UInt64 { rules.seed }

  /// Begins the text, anew for each iterator.
  ///
  /// - Returns: An iterator.
  public func makeAsyncIterator() -> Iterator {
    Iterator(
      characters: TextGenerator(model, rules, prompt: prompt, index: index))
  }

  /// Makes the characters of a text, on one task at a time.
  public struct Iterator: AsyncIteratorProtocol {
    let characters: TextGenerator

    /// The text as far as its characters were handed out, and how it ended.
    public var sample: Sample { characters.sample }

    /// Makes the next character.
    ///
    /// - Returns: The character; `nil` at the end of the text, or once the task
    ///   is cancelled.
    public mutating func next() async -> GeneratedCharacter? {
      // A long text leaves room for others.
      await Task.yield()
      return Task.isCancelled ? nil : characters.next()
    }
  }
}
#endif
