import MicroGPTFormat
import MicroGPTSampler
import Testing

@Suite struct GenerationErrorTests {
  typealias Option = GenerationError.Option

  /// Options outside their limits: which, and how they are made so.
  static let faults: [(Option, @Sendable (inout GenerationOptions) -> Void)] = [
    (.temperature, { $0.temperature = -0.1 }),
    (.temperature, { $0.temperature = .nan }),
    (.temperature, { $0.temperature = .infinity }),
    (.topK, { $0.topK = 0 }),
    (.topK, { $0.topK = .min }),
    (.topP, { $0.topP = 0 }),
    (.topP, { $0.topP = 1.01 }),
    (.topP, { $0.topP = .nan }),
    (.minP, { $0.minP = -0.01 }),
    (.minP, { $0.minP = 1.01 }),
    (.minP, { $0.minP = .nan }),
    (.repetitionPenalty, { $0.repetitionPenalty = 0 }),
    (.repetitionPenalty, { $0.repetitionPenalty = -1 }),
    (.repetitionPenalty, { $0.repetitionPenalty = .infinity }),
    (.repetitionPenalty, { $0.repetitionPenalty = .nan }),
    (.minimumLength, { $0.minimumLength = -1 }),
    (.maximumLength, { $0.maximumLength = -1 }),
    (
      .maximumLength,
      { options in
        options.minimumLength = 3
        options.maximumLength = 2
      }
    ),
    (.stopStrings, { $0.stopStrings = ["a", ""] }),
    (.allowedCharacters, { $0.allowedCharacters = [] }),
    (.allowedCharacters, { $0.allowedCharacters = ["é", "A"] }),
    (.allowedCharacters, { $0.bannedCharacters = letters }),
    (
      .allowedCharacters,
      { options in
        options.allowedCharacters = ["a"]
        options.bannedCharacters = ["a"]
      }
    ),
    (.forcedCharacters, { $0.forcedCharacters = [-1: "a", 2: "b"] }),
  ]

  @Test(arguments: faults.indices)
  func optionsOutsideTheirLimitsAreRefused(_ index: Int) throws {
    let model = try TestModel().opened()
    let (option, spoil) = Self.faults[index]
    var options = GenerationOptions()
    spoil(&options)
    for error in failures(of: model, prompt: "a", options) {
      guard let error,
        case .invalidOption(option, let found, let expected) = error
      else {
        Issue.record("\(option) is taken, or found to be another one")
        continue
      }
      #expect(
        "\(option.rawValue) is \(found), expected \(expected)" == "\(error)")
      #expect(!expected.isEmpty)
    }
  }

  @Test func theLimitsThemselvesAreTaken() throws {
    let minimum = Float.leastNonzeroMagnitude
    let maximum = Float.greatestFiniteMagnitude
    for options in [
      GenerationOptions(
        temperature: 0, topK: 1, topP: minimum, minP: 0,
        repetitionPenalty: minimum, minimumLength: 0, maximumLength: 0),
      GenerationOptions(
        temperature: maximum, topK: .max, topP: 1, minP: 1,
        repetitionPenalty: maximum, minimumLength: .max, maximumLength: .max,
        forcedCharacters: [.max: "a"]),
    ] {
      try options.validate()
    }
  }

  @Test func whatTheVocabularyLacksIsNamed() throws {
    let model = try TestModel().opened()
    func names(_ error: GenerationError?, _ words: String) -> Bool {
      guard case .unknownCharacter = error else { return false }
      return "\(error.map { "\($0)" } ?? "")".contains(words)
    }
    for error in failures(of: model, prompt: "ab é", GenerationOptions()) {
      #expect(names(error, "U+0020"), "\(String(describing: error))")
    }
    let forcing = GenerationOptions(forcedCharacters: [4: "é"])
    for error in failures(of: model, prompt: "", forcing) {
      #expect(names(error, "“é” (U+00E9)"), "\(String(describing: error))")
    }
    #expect(throws: GenerationError.self) { try model.encode("é") }
    #expect(throws: GenerationError.self) { try model.score("aé") }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let model = try TestModel(blockSize: 4).opened()
    let long = failures(of: model, prompt: "abcd", GenerationOptions())
    #expect(
      long.allSatisfy { $0 == .promptTooLong(characterCount: 4, limit: 3) })
    let sliding = GenerationOptions(maximumLength: 2, contextOverflow: .slide)
    #expect(
      failures(of: model, prompt: "abcdefgh", sliding).allSatisfy { $0 == nil })
    #expect(throws: GenerationError.textTooLong(characterCount: 5, limit: 4)) {
      try model.score("abcde")
    }
  }

  /// One prompt of many that cannot be continued fails the batch.
  @Test func aBatchFailsWhole() throws {
    let model = try TestModel(blockSize: 4).opened()
    #expect(throws: GenerationError.promptTooLong(characterCount: 4, limit: 3))
    {
      try model.generate(prompts: ["a", "abcd", "b"])
    }
  }

  /// What each way to begin a text throws; `nil` for nothing.
  private func failures(
    of model: LanguageModel, prompt: String, _ options: GenerationOptions
  ) -> [GenerationError?] {
    func failure(
      _ body: () throws(GenerationError) -> Void
    ) -> GenerationError? {
      do {
        try body()
        return nil
      } catch { return error }
    }
    return [
      failure { () throws(GenerationError) in
        _ = try model.generate(prompt: prompt, options: options)
      },
      failure { () throws(GenerationError) in
        _ = try model.characters(prompt: prompt, options: options)
      },
      failure { () throws(GenerationError) in
        _ = try model.characterStream(prompt: prompt, options: options)
      },
      failure { () throws(GenerationError) in
        _ = try model.generate(prompts: [prompt], options: options)
      },
      failure { () throws(GenerationError) in
        _ = try model.samples(prompt: prompt, options: options, count: 1)
      },
    ]
  }
}
