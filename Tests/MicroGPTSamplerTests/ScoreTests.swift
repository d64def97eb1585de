import MicroGPTFormat
import MicroGPTReference
import MicroGPTSampler
import Testing

/// Scores of texts, and the log-probabilities of generated ones.
@Suite struct ScoreTests {
  @Test(arguments: [
    "", "a", "abracadabra", "zyxwvutsrqponml", "aaaaaaaaaaaaaaaa",
  ])
  func scoresAreTheLogProbabilitiesOfForcedTexts(text: String) throws {
    let model = try TestModel(layerCount: 2).opened()
    let score = try model.score(text)
    let sample = try model.generate(
      options: GenerationOptions(
        temperature: 2, topK: 1, repetitionPenalty: 3,
        maximumLength: text.count, forcedCharacters: forced(text),
        reportsLogProbabilities: true))
    let found = try #require(sample.logProbabilities)
    #expect(sample.continuation == text)
    #expect(found.count == text.count)
    // Both go through the same kernels, in rows of their own.
    #expect(zip(found, score.logProbabilities).allSatisfy { $0 == $1 })
    #expect((score.endLogProbability == nil) == (text.count == 16))
    #expect(
      abs(score.total - found.reduce(score.endLogProbability ?? 0, +)) < 1e-9)
  }

  /// Options change what is drawn, not how likely the model finds it.
  @Test func optionsDoNotChangeLogProbabilities() throws {
    let model = try TestModel().opened()
    let sample = try model.generate(
      options: GenerationOptions(
        seed: 2, temperature: 1.5, topK: 5, topP: 0.8, minP: 0.1,
        repetitionPenalty: 1.5, minimumLength: 16, bannedCharacters: ["a"],
        forcedCharacters: [3: "a"], reportsLogProbabilities: true))
    let score = try model.score(sample.continuation)
    #expect(sample.logProbabilities == score.logProbabilities)
    let plain = try model.generate(options: GenerationOptions(seed: 2))
    #expect(plain.logProbabilities == nil)
  }

  /// The chances of all characters and the end, after any text, are 1.
  @Test func chancesAddUpToOne() throws {
    let model = try TestModel(characters: "abcé").opened()
    let before = try model.score("éa")
    var sum = 0.0
    for character in "abcé" {
      let score = try model.score("éa\(character)")
      #expect(score.logProbabilities.prefix(2) == before.logProbabilities[...])
      let last = try #require(score.logProbabilities.last)
      sum += try chance(last)
    }
    sum += try chance(#require(before.endLogProbability))
    #expect(abs(sum - 1) < 1e-6)
  }

  /// A text longer than the rows that are computed at a time.
  @Test(arguments: [1, 31, 32, 33, 63, 64, 65, 99, 100])
  func agreesWithTheReference(length: Int) throws {
    let test = try TestModel(
      layerCount: 1, headCount: 2, embeddingWidth: 8, blockSize: 100)
    let text = String(
      String(repeating: "sphinxofblackquartz", count: 6).prefix(length))
    let score = try test.opened().score(text)

    var config = Config(vocab_size: test.vocabulary.size)
    config.n_layer = 1
    config.n_head = 2
    config.n_embd = 8
    config.block_size = 100
    let reference = MicroGPT(
      config,
      weights: try test.configuration.weightShapes.map { matrix in
        try #require(test.weights[matrix.name]).map(Double.init)
      })
    let tokens = try test.vocabulary.encode(text)
    let loss = reference.loss_and_gradients([tokens]).loss
    let count = Double(min(length + 1, 100))
    #expect(abs(-score.total / count - loss) < 1e-5)
  }

  private func chance(_ logarithm: Double) throws -> Double {
    try #require(logarithm <= 0)
    // e to it, by the definition that needs no library.
    let share = logarithm / 1_048_576
    var power = 1 + share + share * share / 2
    for _ in 0..<20 { power *= power }
    return power
  }
}
