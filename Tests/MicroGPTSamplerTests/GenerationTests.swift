import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTSampler

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct GenerationTests {
  @Test func theSameSeedGivesTheSameText() throws {
    let model = try TestModel().opened()
    func samples(seed: UInt64) throws -> [String] {
      let options = GenerationOptions(seed: seed, temperature: 1)
      return try (0..<20).map {
        try model.generate(options: options, index: $0).continuation
      }
    }
    let texts = try samples(seed: 7)
    let again = try samples(seed: 7)
    let other = try samples(seed: 8)
    #expect(texts == again)
    #expect(texts != other)
    #expect(Set(texts).count > 10)
  }

  @Test func formsOfAModelGiveTheSameText() throws {
    let test = try TestModel(layerCount: 2)
    let models = [
      try LanguageModel(bytes: test.file()),
      try LanguageModel(bytes: test.file(codec: .zlib)),
      try LanguageModel(bytes: test.file(elementType: .f64)),
      try LanguageModel(bytes: test.file(elementType: .f64, codec: .zlib)),
    ]
    let texts = try models.map {
      try $0.generate(
        options: GenerationOptions(seed: 3, temperature: 1)
      ).continuation
    }
    #expect(Set(texts).count == 1)
  }

  @Test func manyTasksShareAModel() async throws {
    let model = try TestModel().opened()
    let options = GenerationOptions(seed: 1)
    let alone = try (0..<32).map {
      try model.generate(options: options, index: $0)
    }
    let together = try await withThrowingTaskGroup(of: (Int, Sample).self) {
      group in
      for index in alone.indices {
        group.addTask {
          (index, try model.generate(options: options, index: UInt64(index)))
        }
      }
      return try await group.reduce(into: [Int: Sample]()) {
        $0[$1.0] = $1.1
      }
    }
    for (index, sample) in alone.enumerated() {
      #expect(together[index] == sample)
    }
  }

  @Test func promptsAreEchoedAsGiven() throws {
    let model = try TestModel().opened()
    let lower = try model.generate(
      prompt: "ma", options: GenerationOptions(seed: 5))
    let upper = try model.generate(
      prompt: "Ma", options: GenerationOptions(seed: 5))
    #expect(upper.prompt == "Ma")
    #expect(upper.continuation == lower.continuation)
    #expect(upper.promptTokenCount == 2)
  }

  @Test func promptsThatCannotBeContinued() throws {
    let model = try TestModel(blockSize: 8).opened()
    #expect(throws: GenerationError.promptTooLong(characterCount: 8, limit: 7))
    {
      try model.generate(prompt: "abcdefgh")
    }
    #expect {
      try model.generate(prompt: "abé")
    } throws: { error in
      "\(error)" == "the character “é” (U+00E9) is not in the vocabulary"
    }
    let full = try model.generate(prompt: "abcdefg")
    #expect(full.continuationTokenCount <= 1)
  }

  @Test func lengthIsBounded() throws {
    let model = try TestModel(blockSize: 8).opened()
    for stream in 0..<50 as Range<UInt64> {
      let sample = try model.generate(
        options: GenerationOptions(seed: 1, temperature: 2), index: stream)
      #expect((1...8).contains(sample.continuationTokenCount))
      #expect(
        sample.finishReason
          == (sample.continuationTokenCount < 8 ? .stop : .length))
      let short = try model.generate(
        options: GenerationOptions(
          seed: 1, temperature: 2, maximumLength: 3), index: stream)
      #expect(sample.continuation.hasPrefix(short.continuation))
      #expect(short.continuationTokenCount <= 3)
    }
    let none = try model.generate(
      options: GenerationOptions(maximumLength: 0))
    #expect(none.continuation.isEmpty)
  }

  /// A model that would always end at once: all logits equal but BOS's.
  @Test func samplesAreNotEmptyUnlessAllowed() throws {
    var test = try TestModel()
    for name in test.weights.keys {
      test.weights[name] = test.weights[name]?.map { _ in 0.1 }
    }
    let bos = test.vocabulary.bosToken
    let width = test.configuration.embeddingWidth
    for column in 0..<width {
      test.weights["lm_head"]?[bos * width + column] = 10
    }
    let model = try test.opened()
    #expect(try model.generate().continuationTokenCount == 1)
    let allowing = GenerationOptions(allowsEmptyText: true)
    #expect(try model.generate(options: allowing).continuation == "")
  }
}

@Suite struct TokenDrawTests {
  @Test func greedyTakesTheFirstOfTheGreatest() throws {
    let tokens = try draws(
      [0.5, 2, 2, -1], GenerationOptions(temperature: 0), count: 1,
      SamplerRandom(seed: 1, stream: 0))
    #expect(tokens == [1])
  }

  /// The example of the specification, section 14.
  @Test func theExampleOfTheSpecification() throws {
    let tokens = try draws(
      [1, 2, 0.5, -1], GenerationOptions(temperature: 0.5), count: 1,
      SamplerRandom(seed: 42, stream: 0))
    #expect(tokens == [1])
  }

  /// Each draw is the one that the definition gives, computed in double.
  @Test func drawsFollowTheDefinition() throws {
    let logits: [Float] = [0.25, -1, 3, 0, 1.5, -7]
    let temperature: Float = 0.7
    let weights = logits.map { exp(Double(($0 - 3) / temperature)) }
    let total = weights.reduce(0, +)
    let tokens = try draws(
      logits, GenerationOptions(temperature: temperature), count: 4_000,
      SamplerRandom(seed: 9, stream: 2))
    var random = SamplerRandom(seed: 9, stream: 2)
    var counts = [Int](repeating: 0, count: logits.count)
    for token in tokens {
      let target = random.nextUnit() * total
      var sum = 0.0
      let expected = weights.firstIndex {
        sum += $0
        return sum > target
      }
      #expect(token == expected)
      counts[token] += 1
    }
    // And so their shares are those of the softmax.
    for (count, weight) in zip(counts, weights) {
      let share = weight / total
      let deviation = (share * (1 - share) * 4_000).squareRoot()
      #expect(abs(Double(count) - share * 4_000) <= 5 * deviation + 1)
    }
  }
}
