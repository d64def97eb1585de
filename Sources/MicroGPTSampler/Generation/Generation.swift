import MicroGPTFormat
import MicroGPTParallel

extension LanguageModel {
  /// The most characters that a prompt may have unless the context slides,
  /// `block_size` − 1.
  public var maximumPromptLength: Int { configuration.blockSize - 1 }

  /// The tokens of a text, without BOS.
  ///
  /// - Parameter text: The text; capitals stand for their lower case where the
  ///   model has no capitals.
  /// - Returns: A token for each character.
  /// - Throws: ``GenerationError/unknownCharacter(_:)``, or
  ///   ``GenerationError/outOfMemory(_:)``.
  public func encode(_ text: String) throws(GenerationError) -> [Int] {
    // The tokens grow by doubling.
    try GenerationError.memory { () throws(OutOfMemory) in
      try OutOfMemory.check(
        text.utf8.count, times: 3 * MemoryLayout<Int>.stride, for: "a text")
    }
    do { return try vocabulary.encode(text) } catch {
      throw .unknownCharacter(error)
    }
  }

  /// The text of tokens.
  ///
  /// - Parameter tokens: Tokens of the vocabulary; BOS stands for nothing.
  /// - Returns: Their characters.
  public func decode(_ tokens: [Int]) -> String {
    vocabulary.decode(tokens.filter { $0 != vocabulary.bosToken })
  }

  /// Begins one text, to be taken character by character: from BOS and the
  /// prompt on, until the model ends it, the context of `block_size` positions
  /// is full, or it is long enough.
  ///
  /// The same model, prompt, options, seed and index give the same text
  /// everywhere (spec: section 14).
  ///
  /// - Parameters:
  ///   - prompt: The beginning, at most ``maximumPromptLength`` characters
  ///     unless the context slides.
  ///   - options: How to generate.
  ///   - index: The number of the text among those of a seed.
  /// - Returns: The text in the making.
  /// - Throws: ``GenerationError`` if the prompt cannot be continued or an
  ///   option is outside its limits.
  public func characters(
    prompt: String = "", options: GenerationOptions = GenerationOptions(),
    index: UInt64 = 0
  ) throws(GenerationError) -> CharacterSequence {
    try CharacterSequence(
      self, try TokenRules(options, vocabulary),
      prompt: try Prompt(prompt, self, options), index: index)
  }

  #if !hasFeature(Embedded)
  /// The same for `for await`; each iterator begins the text anew.
  ///
  /// - Parameters:
  ///   - prompt: The beginning.
  ///   - options: How to generate.
  ///   - index: The number of the text among those of a seed.
  /// - Returns: The text in the making.
  /// - Throws: ``GenerationError``.
  public func characterStream(
    prompt: String = "", options: GenerationOptions = GenerationOptions(),
    index: UInt64 = 0
  ) throws(GenerationError) -> CharacterStream {
    CharacterStream(
      model: self, rules: try TokenRules(options, vocabulary),
      prompt: try Prompt(prompt, self, options), index: index)
  }
  #endif

  /// Generates one text; see ``characters(prompt:options:index:)``.
  ///
  /// - Parameters:
  ///   - prompt: The beginning.
  ///   - options: How to generate.
  ///   - index: The number of the text among those of a seed.
  ///   - onCharacter: Is given each character as it comes, and says whether it
  ///     wants more.
  /// - Returns: The text.
  /// - Throws: ``GenerationError``, also for lack of memory and for logits that
  ///   are not finite.
  /// - Complexity: O(tokens × weights).
  public func generate(
    prompt: String = "", options: GenerationOptions = GenerationOptions(),
    index: UInt64 = 0,
    onCharacter: (GeneratedCharacter) -> Bool = { _ in true }
  ) throws(GenerationError) -> Sample {
    let characters = try characters(
      prompt: prompt, options: options, index: index)
    while let character = characters.next() {
      guard onCharacter(character) else { break }
    }
    if let failure = characters.failure { throw failure }
    return characters.sample
  }

  /// Generates a text for each prompt, all of them together, so that they share
  /// what is read of the weights; each is that of
  /// ``generate(prompt:options:index:onCharacter:)``.
  ///
  /// - Parameters:
  ///   - prompts: The beginnings.
  ///   - options: How to generate; of one seed, if it has none.
  ///   - firstIndex: The index of the first text; the others follow.
  /// - Returns: The texts in the order of the prompts.
  /// - Throws: ``GenerationError`` if a prompt cannot be continued.
  /// - Complexity: O(tokens × weights), on all threads of the model.
  public func generate(
    prompts: [String], options: GenerationOptions = GenerationOptions(),
    firstIndex: UInt64 = 0
  ) throws(GenerationError) -> [Sample] {
    var looked: [Prompt] = []
    var meter = MemoryMeter("the prompts")
    for prompt in prompts {
      do {
        try meter.add(
          MemoryLayout<Prompt>.stride
            + (prompt.utf8.count + 4) * MemoryLayout<Int>.stride)
      } catch {
        throw .outOfMemory(error)
      }
      looked.append(try Prompt(prompt, self, options))
    }
    let generator = BatchGenerator(self, try TokenRules(options, vocabulary))
    return try generator.samples(of: Prompts(looked), firstIndex: firstIndex)
  }

  /// Generates texts one after the other, many of them together ahead of need.
  ///
  /// - Parameters:
  ///   - prompt: Their beginning.
  ///   - options: How to generate; of one seed, if it has none.
  ///   - count: The number of texts; `nil` for no end.
  /// - Returns: The texts, that of index 0 first.
  /// - Throws: ``GenerationError`` if the prompt cannot be continued.
  public func samples(
    prompt: String = "", options: GenerationOptions = GenerationOptions(),
    count: Int? = nil
  ) throws(GenerationError) -> SampleSequence {
    SampleSequence(
      BatchGenerator(self, try TokenRules(options, vocabulary)),
      prompt: try Prompt(prompt, self, options), count: count)
  }
}
