import MicroGPTRandom
import MicroGPTSampler
import Testing

/// The same text, however it is asked for.
@Suite struct SameTextTests {
  /// Models that differ in how they are computed.
  static let models: [(name: String, make: @Sendable () throws -> TestModel)] =
    [
      ("one layer", { try TestModel() }),
      ("two layers", { try TestModel(layerCount: 2, blockSize: 9) }),
      (
        "a cache that grows",
        {
          try TestModel(headCount: 2, embeddingWidth: 8, blockSize: 90)
        }
      ),
      // Its weights are used where they lie in the file.
      (
        "too large for a cache",
        {
          try TestModel(headCount: 2, embeddingWidth: 152, blockSize: 12)
        }
      ),
    ]

  @Test(arguments: models.indices)
  func anyOptionsGiveOneTextInEveryWay(_ index: Int) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: UInt64(index))
    let test = try Self.models[index].make()
    let file = try test.file()
    let models = try [1, 2, 3].map {
      try LanguageModel(bytes: file, threadCount: $0)
    }
    for _ in 0..<8 {
      let options = GenerationOptions.any(&random)
      let prompt = options.prompt(
        blockSize: test.configuration.blockSize, &random)
      let index = UInt64.random(in: 0...5, using: &random)
      let alone = try models[0].generate(
        prompt: prompt, options: options, index: index)
      for model in models {
        for (way, sample) in try await model.everyWay(
          prompt: prompt, options: options, index: index)
        {
          #expect(sample == alone, "seed \(seed), by \(way): \(options)")
        }
      }
    }
  }

  /// Prompts of many lengths go through a model together.
  @Test(arguments: models.indices)
  func batchesAreTheirTexts(_ index: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: UInt64(index))
    let test = try Self.models[index].make()
    let file = try test.file()
    let models = try [1, 2, 3].map {
      try LanguageModel(bytes: file, threadCount: $0)
    }
    for _ in 0..<3 {
      let options = GenerationOptions.any(&random)
      let prompts = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        options.prompt(blockSize: test.configuration.blockSize, &random)
      }
      let first = random.next()
      let alone = try prompts.enumerated().map { place, prompt in
        try models[0].generate(
          prompt: prompt, options: options, index: first &+ UInt64(place))
      }
      for model in models {
        let together = try model.generate(
          prompts: prompts, options: options, firstIndex: first)
        #expect(together == alone, "seed \(seed): \(options)")
      }
    }
  }

  /// More texts than a tree of their beginnings has room for, of all kinds that
  /// one serves.
  @Test(arguments: [
    GenerationOptions(seed: 1), GenerationOptions(seed: 2, topK: 3),
    GenerationOptions(seed: 3, temperature: 0.3, minP: 0.1),
    GenerationOptions(seed: 4, maximumLength: 12, contextOverflow: .slide),
  ])
  func textsOfOnePromptAreTheirOwn(_ options: GenerationOptions) throws {
    let test = try TestModel(headCount: 2, embeddingWidth: 8, blockSize: 9)
    let model = try test.opened(threadCount: 2)
    for prompt in ["", "a", "abba"] {
      let together = try model.samples(
        prompt: prompt, options: options, count: 1000)
      for sample in together {
        #expect(
          try sample
            == model.generate(
              prompt: prompt, options: options, index: sample.index))
      }
    }
  }

  /// A longer run begins with a shorter one, and a longer text as well.
  @Test func prefixesStay() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    let model = try TestModel().opened(threadCount: 2)
    for _ in 0..<10 {
      var options = GenerationOptions.any(&random)
      options.minimumLength = 0
      let few = Array(try model.samples(options: options, count: 5))
      let many = Array(try model.samples(options: options, count: 70))
      #expect(many.count == 70 && Array(many.prefix(5)) == few)
      #expect(many.map(\.index) == Array(0..<70))

      let longest = try #require(many.first).continuation.unicodeScalars
      for length in 0...longest.count {
        options.maximumLength = length
        let text = try model.generate(options: options).continuation
        #expect(
          text.unicodeScalars.elementsEqual(longest.prefix(length)),
          "seed \(seed): \(options)")
      }
    }
  }

  @Test func seedsThatAreNotGivenAreTold() throws {
    let model = try TestModel().opened()
    let sample = try model.generate(options: GenerationOptions(temperature: 1))
    let again = try model.generate(
      options: GenerationOptions(seed: sample.seed, temperature: 1))
    #expect(sample == again)
    let samples = try model.samples(count: 30)
    #expect(samples.allSatisfy { $0.seed == samples.seed })
    let several = try model.generate(prompts: ["a", "b"])
    #expect(several[0].seed == several[1].seed)
  }
}
