import MicroGPTFormat
import Testing

@testable import MicroGPTSampler

/// What is restored equals what is computed afresh.
@Suite struct PrefixCacheTests {
  @Test(arguments: ["", "a", "abba"])
  func aPromptIsRestored(prompt: String) throws {
    let shared = try SharedPrompt(
      prompt: prompt, options: GenerationOptions(seed: 1))
    var inference = try shared.inference()
    var cache = try shared.cache(keepsPrefixes: false)
    var first = shared.draft(index: 0)
    try first.read(into: &inference, at: 0)
    try inference.run()
    let lastRow = first.row
    let row = try #require(lastRow)
    let logits = Array(inference.logits(ofRow: row))
    try cache.record(promptOf: first, at: 0, row: row, inference)

    var second = shared.draft(index: 1)
    try cache.restore(into: &second, at: 1, &inference)
    #expect(second.row == 0)
    #expect(Array(inference.logits(ofRow: 0)) == logits)
    #expect(second.tokens == first.tokens)
    for position in 0...prompt.count {
      #expect(
        shared.state(of: 1, at: position, inference)
          == shared.state(of: 0, at: position, inference))
    }
  }

  /// A text that draws the same numbers comes out of the tree as far as the tree
  /// goes, with the same keys and values.
  @Test(arguments: [
    GenerationOptions(seed: 3), GenerationOptions(seed: 5, topK: 4),
    GenerationOptions(
      seed: 6, repetitionPenalty: 1.5, minimumLength: 3,
      forcedCharacters: [1: "q"]),
  ])
  func aRecordedPrefixIsRestored(_ options: GenerationOptions) throws {
    let shared = try SharedPrompt(prompt: "ab", options: options)
    var inference = try shared.inference()
    let draw = try TokenDraw(
      options, vocabularySize: shared.model.vocabulary.size, rowLimit: 16)
    var cache = try shared.cache(keepsPrefixes: true)
    var first = shared.draft(index: 7)
    while first.finishReason == nil {
      try first.read(into: &inference, at: 0)
      let rowCount = inference.rowCount
      try inference.run()
      if first.generatedCount == 0, let row = first.row {
        try cache.record(promptOf: first, at: 0, row: row, inference)
        try cache.restore(into: &first, at: 0, &inference)
      }
      let lastRow = first.row
      let row = try #require(lastRow)
      first.applyRules(to: inference.logits(ofRow: row))
      draw.units[row] = first.nextUnit()
      draw.draw(inference.logits, rows: rowCount)
      cache.record(
        first, at: 0, weights: draw.weights(ofRow: row), inference)
      try first.extend(Int(draw.tokens[row]))
      try cache.restore(into: &first, at: 0, &inference)
    }

    var second = shared.draft(index: 7)
    try cache.restore(into: &second, at: 1, &inference)
    #expect(
      second.finishReason == first.finishReason && second.tokens == first.tokens
    )
    for position in 0..<first.tokens.count {
      #expect(
        shared.state(of: 1, at: position, inference)
          == shared.state(of: 0, at: position, inference))
    }
    let alone = try shared.model.generate(
      prompt: "ab", options: options, index: 7)
    #expect(second.sample(prompt: "ab", shared.model.vocabulary) == alone)
  }

  /// Rules depend on no more than the prefix, so that texts that they shape come
  /// out of the tree as well.
  @Test(arguments: [
    GenerationOptions(seed: 1, minimumLength: 4),
    GenerationOptions(seed: 2, repetitionPenalty: 1.3, allowsEmptyText: true),
    GenerationOptions(
      seed: 3, maximumLength: 12, contextOverflow: .slide,
      stopStrings: ["ab", "e"]),
    GenerationOptions(
      seed: 4, bannedCharacters: ["a"], forcedCharacters: [0: "k", 3: "l"]),
    GenerationOptions(seed: 5, maximumLength: 0),
    GenerationOptions(seed: 6, reportsLogProbabilities: true),
    GenerationOptions(seed: 7, temperature: 0, repetitionPenalty: 2),
  ])
  func textsUnderRulesAreTheirOwn(_ options: GenerationOptions) throws {
    let model = try TestModel(
      headCount: 2, embeddingWidth: 8, blockSize: 9
    ).opened(threadCount: 2)
    for prompt in ["", "abba"] {
      let together = try model.samples(
        prompt: prompt, options: options, count: 500)
      for sample in together {
        #expect(
          try sample
            == model.generate(
              prompt: prompt, options: options, index: sample.index))
      }
    }
  }
}

/// A model and the rules of texts of one prompt.
private struct SharedPrompt {
  let model: LanguageModel
  let rules: TokenRules
  let prompt: [Int]

  init(prompt: String, options: GenerationOptions) throws {
    model = try TestModel(layerCount: 2).opened()
    rules = try TokenRules(options, model.vocabulary)
    self.prompt = try model.encode(prompt)
  }

  func inference() throws -> Inference {
    try Inference(model, textCount: 2, rowLimit: 16)
  }

  func cache(keepsPrefixes: Bool) throws -> PrefixCache {
    try PrefixCache(
      model.configuration, textCount: 2, keepsPrefixes: keepsPrefixes)
  }

  func draft(index: UInt64) -> Draft {
    Draft(model, rules, prompt: prompt, index: index)
  }

  /// The keys and values of a position: (n_layer, 2, n_embd).
  func state(
    of text: Int, at position: Int, _ inference: borrowing Inference
  ) -> [Float] {
    let configuration = model.configuration
    let count = 2 * configuration.layerCount * configuration.embeddingWidth
    return [Float](unsafeUninitializedCapacity: count) { buffer, size in
      guard let start = buffer.baseAddress else { return }
      inference.caches[text].copyState(at: position, to: start)
      size = count
    }
  }
}
