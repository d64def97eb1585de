import MicroGPTFormat
import MicroGPTSampler
import Testing

/// The smallest models, the longest texts.
@Suite struct ExtremesTests {
  @Test func aVocabularyOfOneCharacter() throws {
    let model = try TestModel(blockSize: 5, characters: "é").opened()
    for index in 0..<20 as Range<UInt64> {
      let sample = try model.generate(
        options: GenerationOptions(
          seed: 1, temperature: 1, topK: 2, topP: 0.99),
        index: index)
      #expect((1...5).contains(sample.continuationTokenCount))
      #expect(sample.continuation.allSatisfy { $0 == "é" })
    }
    #expect(throws: GenerationError.self) {
      try model.generate(options: GenerationOptions(bannedCharacters: ["é"]))
    }
  }

  @Test func oneBlockPosition() throws {
    let model = try TestModel(blockSize: 1).opened()
    #expect(model.maximumPromptLength == 0)
    let sample = try model.generate(options: GenerationOptions(seed: 3))
    #expect(
      sample.continuationTokenCount == 1 && sample.finishReason == .length)
    #expect(throws: GenerationError.promptTooLong(characterCount: 1, limit: 0))
    {
      try model.generate(prompt: "a")
    }
    // Each character of a text that slides follows from BOS alone.
    let greedy = try model.generate(
      prompt: "xyz",
      options: GenerationOptions(
        temperature: 0, repetitionPenalty: 9, minimumLength: 7,
        maximumLength: 7, contextOverflow: .slide))
    #expect(greedy.continuationTokenCount == 7)
    #expect(Set(greedy.continuation).count == 1)
    #expect(try model.score("a").endLogProbability == nil)
    #expect(try model.score("").endLogProbability != nil)
  }

  /// A text depends on the later half of the context alone once it has slid.
  @Test(arguments: [2, 3, 4, 7, 16])
  func promptsLongerThanTheContext(blockSize: Int) throws {
    let model = try TestModel(blockSize: blockSize).opened()
    let options = GenerationOptions(
      seed: 9, temperature: 1, minimumLength: 3 * blockSize,
      maximumLength: 3 * blockSize, contextOverflow: .slide,
      reportsLogProbabilities: true)
    let end = String("thequickbrownfox".prefix(blockSize / 2))
    let short = try model.generate(
      prompt: String(repeating: "a", count: blockSize) + end, options: options)
    let long = try model.generate(
      prompt: String(repeating: "zyx", count: 4 * blockSize) + end,
      options: options)
    #expect(short.continuation == long.continuation)
    #expect(short.logProbabilities == long.logProbabilities)
    #expect(long.continuationTokenCount == 3 * blockSize)
    #expect(long.promptTokenCount == 12 * blockSize + end.count)
  }

  @Test(arguments: [GenerationOptions.ContextOverflow.stop, .slide])
  func theGreatestLength(overflow: GenerationOptions.ContextOverflow) throws {
    let model = try TestModel().opened()
    let options = GenerationOptions(
      seed: 5, temperature: 1, maximumLength: .max, contextOverflow: overflow,
      stopStrings: [String(repeating: "q", count: 1_000)])
    let sample = try model.generate(prompt: "ab", options: options)
    let free = try model.generate(
      prompt: "ab",
      options: GenerationOptions(
        seed: 5, temperature: 1, contextOverflow: overflow))
    #expect(sample == free)
  }

  @Test func aLengthOfNothing() throws {
    let model = try TestModel().opened()
    let options = GenerationOptions(
      maximumLength: 0, reportsLogProbabilities: true)
    let samples =
      try [
        model.generate(prompt: "ab", options: options),
        model.generate(prompts: ["ab"], options: options)[0],
      ] + Array(model.samples(prompt: "ab", options: options, count: 2))
    for sample in samples {
      #expect(sample.text == "ab" && sample.finishReason == .length)
      #expect(sample.logProbabilities == [])
    }
  }

  @Test func noTexts() throws {
    for threadCount in 1...3 {
      let model = try TestModel().opened(threadCount: threadCount)
      #expect(try model.generate(prompts: []).isEmpty)
      for count in [0, -1] {
        #expect(try Array(model.samples(count: count)).isEmpty)
      }
    }
  }
}
