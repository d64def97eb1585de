#if !hasFeature(Embedded)
/// One text in the making, for `for await`; it ends when its task is cancelled.
///
/// Each character is computed when it is asked for, on the task that asks.
public struct CharacterStream: AsyncSequence, Sendable {
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
      stream: self,
      characters: Result { () throws(GenerationError) in
        try CharacterSequence(model, rules, prompt: prompt, index: index)
      })
  }

  /// Makes the characters of a text, on one task at a time.
  public struct Iterator: AsyncIteratorProtocol {
    let stream: CharacterStream
    /// The text; a failure where there was no memory to begin it.
    let characters: Result<CharacterSequence, GenerationError>

    /// The text as far as its characters were handed out, and how it ended.
    public var sample: Sample {
      switch characters {
      case .success(let characters): characters.sample
      case .failure:
        Sample(
          prompt: stream.prompt.text, continuation: "",
          promptTokenCount: stream.prompt.tokens.count,
          continuationTokenCount: 0,
          logProbabilities: stream.rules.options.reportsLogProbabilities
            ? [] : nil, finishReason: .cancelled, seed: stream.seed,
          index: stream.index)
      }
    }

    /// Why the text does not go on although it has not ended; `nil` if nothing
    /// went wrong.
    ///
    /// `for await` does not ask; `generate(prompt:options:index:onCharacter:)`
    /// throws it.
    public var failure: GenerationError? {
      switch characters {
      case .success(let characters): characters.failure
      case .failure(let error): error
      }
    }

    /// Makes the next character.
    ///
    /// - Returns: The character; `nil` at the end of the text, once the task is
    ///   cancelled, or because of a ``failure``.
    public mutating func next() async -> GeneratedCharacter? {
      // A long text leaves room for others.
      await Task.yield()
      guard !Task.isCancelled, case .success(let characters) = characters
      else { return nil }
      return characters.next()
    }
  }
}
#endif
