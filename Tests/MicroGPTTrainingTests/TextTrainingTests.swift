import MicroGPTFormat
import MicroGPTReference
import Testing

@testable import MicroGPTTraining

/// Two scripts.
private let text = String(
  repeating: "we saw the sea – мы видели море, and so on.\r\n", count: 7)

private func textCorpus() throws -> TextCorpus {
  try TextCorpus(bytes: Array(text.utf8).span)
}

@Suite struct TextTrainingTests {
  /// The loss of each step against that of the scalar engine.
  ///
  /// It puts BOS behind each document too, but a window fills the block, so
  /// that this BOS is out of sight.
  @Test(arguments: [1, 3, 11])
  func lossesAreTheReferences(batchSize: Int) throws {
    let corpus = try textCorpus()
    let size = corpus.vocabulary.size
    let configuration = try GPTConfiguration(
      headCount: 2, embeddingWidth: 6, blockSize: 9, vocabularySize: size)
    let options = try TrainingOptions(
      stepCount: 4, batchSize: batchSize, learningRate: 0,
      initialStandardDeviation: 0.3, seed: 5)
    let trainer = try Trainer(
      configuration: configuration, corpus: .text(corpus), options: options)

    var config = Config(vocab_size: size)
    (config.n_embd, config.n_head, config.block_size) = (6, 2, 9)
    let reference = MicroGPT(
      config,
      weights: try configuration.weightShapes.map { matrix in
        try #require(trainer.weights(named: matrix.name)).map(Double.init)
      })
    let windows = try RandomWindows(corpus, length: 9, options: options)
    let batch = Batch(count: batchSize, positions: 9)
    for step in 0..<4 {
      windows.fill(batch, step: step)
      let documents = (0..<batchSize).map { index in
        (1...9).map { Int(batch.tokens(of: index)[$0]) }
      }
      let expected = reference.loss_and_gradients(documents).loss
      #expect(abs(trainer.step() - expected) < 1e-5, "step \(step)")
    }
  }

  @Test func weightsDoNotDependOnThreads() throws {
    let corpus = try textCorpus()
    let configuration = try GPTConfiguration(
      headCount: 2, embeddingWidth: 8, blockSize: 12,
      vocabularySize: corpus.vocabulary.size)
    func run(threads: Int, seed: UInt64 = 1) throws -> [Float] {
      let trainer = try Trainer(
        configuration: configuration, corpus: .text(corpus),
        options: TrainingOptions(stepCount: 5, batchSize: 11, seed: seed),
        threadCount: threads)
      for _ in 0..<5 { trainer.step() }
      return try #require(trainer.weights(named: "wte"))
    }
    let expected = try run(threads: 1)
    for threads in [2, 3, 8] {
      #expect(try run(threads: threads) == expected)
    }
    #expect(try run(threads: 1, seed: 2) != expected)
  }

  /// What comes next in a text that repeats itself can be learnt.
  @Test func aTextIsLearnt() throws {
    let corpus = try TextCorpus(
      bytes: Array(String(repeating: "абвгд", count: 40).utf8).span)
    let trainer = try Trainer(
      configuration: GPTConfiguration(
        blockSize: 8, vocabularySize: corpus.vocabulary.size),
      corpus: .text(corpus), options: TrainingOptions(stepCount: 300))
    let losses = (0..<300).map { _ in trainer.step() }
    // The first of 8 characters is anyone's guess among five.
    let minimum = 1.609 / 8
    #expect(losses[0] > 1.5)
    #expect(losses.suffix(50).reduce(0, +) / 50 < minimum + 0.1)
  }

  @Test func aTextShorterThanTheBlockIsRefused() throws {
    let corpus = try TextCorpus(bytes: Array("äbc".utf8).span)
    func trainer(blockSize: Int) throws -> Trainer {
      try Trainer(
        configuration: GPTConfiguration(
          blockSize: blockSize, vocabularySize: 4),
        corpus: .text(corpus), options: TrainingOptions(stepCount: 1))
    }
    #expect(try trainer(blockSize: 3).step().isFinite)
    #expect(
      throws: TrainingError.textTooShort(characterCount: 3, blockSize: 4)
    ) {
      try trainer(blockSize: 4)
    }
  }
}
