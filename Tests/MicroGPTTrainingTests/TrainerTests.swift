import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTReference
import MicroGPTTraining
import Testing

@Suite struct TrainerTests {
  @Test func initialWeightsAreMicrogptPys() throws {
    let parity = try Parity.load()
    let trainer = try Trainer(
      configuration: GPTConfiguration(vocabularySize: 27), lines: namesData(),
      options: TrainingOptions())
    let wte = try #require(trainer.weights(named: "wte"))
    #expect(wte.count == 27 * 16)
    #expect(Array(wte[..<16]) == parity.initialWteRow0.map { Float($0) })
    let last = try #require(trainer.weights(named: "layer0.mlp_fc2")?.last)
    #expect(last == Float(parity.initialLastParam))
    #expect(trainer.weights(named: "layer1.mlp_fc2") == nil)
    let (count, first, final) = trainer.withWeights {
      ($0.count, $0[0], $0[$0.count - 1])
    }
    #expect(count == 4192)
    #expect(first == wte[0])
    #expect(final == last)
  }

  @Test func lossesAreMicrogptPys() throws {
    let parity = try Parity.load()
    let trainer = try Trainer(
      configuration: GPTConfiguration(vocabularySize: 27), lines: namesData(),
      options: TrainingOptions())
    for (step, expected) in parity.loss.enumerated() {
      let loss = trainer.step()
      #expect(abs(loss - expected) < 5e-6, "step \(step)")
    }
    #expect(trainer.completedSteps == 1000)
  }

  /// The whole of a training by the reference, with no option at its default.
  @Test func trainingIsTheReferences() throws {
    let data = try lineCorpus(Array("ab\nbca\nc\nabcab\nba\ncab\n".utf8))
    let configuration = try GPTConfiguration(
      layerCount: 2, headCount: 2, embeddingWidth: 6, blockSize: 4,
      vocabularySize: 4)
    let options = try TrainingOptions(
      stepCount: 7, batchSize: 4, learningRate: 0.02, beta1: 0.9, beta2: 0.95,
      epsilon: 1e-6, initialStandardDeviation: 0.2, seed: 3)
    let trainer = try Trainer(
      configuration: configuration, lines: data, options: options)

    var config = Config(vocab_size: 4)
    (config.n_layer, config.n_head, config.n_embd) = (2, 2, 6)
    (config.block_size, config.num_steps, config.batch_size) = (4, 7, 4)
    (config.learning_rate, config.beta1, config.beta2) = (0.02, 0.9, 0.95)
    (config.eps_adam, config.std, config.seed) = (1e-6, 0.2, 3)
    let reference = MicroGPT(
      config,
      docs: (0..<data.documentCount).map { data.tokens(ofDocumentAt: $0) })
    for step in 0..<7 {
      #expect(abs(trainer.step() - reference.step()) < 1e-6, "step \(step)")
    }
    for tensor in reference.weights {
      let found = try #require(trainer.weights(named: tensor.name))
      let worst = zip(found, tensor.data).map { abs(Double($0) - $1) }.max()
      #expect(try #require(worst) < 1e-5, "\(tensor.name)")
    }
  }

  /// The same bits for any number of threads, and in all instruction sets that
  /// fuse; the baseline has bits of its own.
  @Test(arguments: [1, 5, 20])
  func weightsDoNotDependOnThreadsOrProcessor(batchSize: Int) throws {
    let names = try namesData()
    let configuration = try GPTConfiguration(
      layerCount: 2, headCount: 2, embeddingWidth: 12, blockSize: 8,
      vocabularySize: 27)
    let options = try TrainingOptions(stepCount: 4, batchSize: batchSize)
    func run(_ kernels: mgpt_kernels, threads: Int) throws -> [[Float]] {
      let trainer = try Trainer(
        configuration: configuration, corpus: .lines(names), options: options,
        threadCount: threads, kernels: kernels)
      let losses = (0..<4).map { _ in Float(trainer.step()) }
      return try [losses]
        + configuration.weightShapes.map {
          try #require(trainer.weights(named: $0.name))
        }
    }
    let fused = kernelSets.filter { $0.is_fused != 0 }
    let plain = kernelSets.filter { $0.is_fused == 0 }
    for sets in [fused, plain] where !sets.isEmpty {
      let expected = try run(sets[0], threads: 1)
      for kernels in sets {
        for threads in [1, 2, 3, 8] {
          #expect(try run(kernels, threads: threads) == expected)
        }
      }
    }
  }

  @Test func aBatchTakesTheNextDocumentsAndWrapsAround() throws {
    // With a learning rate of 0 the losses tell which documents were taken.
    let data = try lineCorpus(Array("ab\nbca\nc\nabcab\nba".utf8))
    let configuration = try GPTConfiguration(
      headCount: 1, embeddingWidth: 4, vocabularySize: 4)
    func losses(batchSize: Int, steps: Int) throws -> [Double] {
      let trainer = try Trainer(
        configuration: configuration, lines: data,
        options: TrainingOptions(
          stepCount: steps, batchSize: batchSize, learningRate: 0,
          initialStandardDeviation: 1))
      return (0..<steps).map { _ in trainer.step() }
    }
    let single = try losses(batchSize: 1, steps: 10)
    #expect(Set(single).count == 5)
    #expect(Array(single[5...]) == Array(single[..<5]))
    for (step, loss) in try losses(batchSize: 3, steps: 4).enumerated() {
      let mean = (0..<3).reduce(0) { $0 + single[(step * 3 + $1) % 5] } / 3
      #expect(abs(loss - mean) < 1e-12)
    }
  }

  @Test func theVocabularyMustBeThatOfTheData() throws {
    let data = try lineCorpus(Array("ab".utf8))
    #expect(throws: TrainingError.vocabularySize(model: 27, data: 3)) {
      try Trainer(
        configuration: GPTConfiguration(vocabularySize: 27), lines: data,
        options: TrainingOptions())
    }
  }

  /// Without a memory of squares a moment is divided by next to nothing as
  /// soon as a gradient vanishes.
  @Test(arguments: [1 as UInt64, 2, 3])
  func brokenWeightsAreSeen(seed: UInt64) throws {
    let data = try lineCorpus(Array("ab\nbca\nc\nabcab\nba".utf8))
    let trainer = try Trainer(
      configuration: GPTConfiguration(
        headCount: 2, embeddingWidth: 4, vocabularySize: 4), lines: data,
      options: TrainingOptions(
        stepCount: 100, learningRate: 10, beta1: 0.99, beta2: 0, epsilon: 1e-30,
        initialStandardDeviation: 1, seed: seed))
    #expect(trainer.hasFiniteWeights)
    while trainer.completedSteps < 100 && trainer.step().isFinite {}
    #expect(!trainer.hasFiniteWeights)
  }

  @Test func memoryIsEstimated() throws {
    let small = try GPTConfiguration(vocabularySize: 27)
    func bytes(
      _ batch: Int, _ longest: Int, _ threads: Int = 1
    ) throws -> Int {
      try Trainer.memoryNeeded(
        configuration: small, options: TrainingOptions(batchSize: batch),
        longestDocumentLength: longest, threadCount: threads)
    }
    // Six times 4,192 parameters and less than twice that in activations.
    let one = try bytes(1, 15)
    #expect((6 * 4 * 4192..<8 * 4 * 4192).contains(one))
    #expect(try bytes(1, 15) == bytes(1, 1000))
    #expect(try bytes(1, 14) < bytes(1, 15))
    #expect(try bytes(4, 15) - bytes(3, 15) == bytes(2, 15) - bytes(1, 15))
    // Of more than 64 positions, each shard has gradients of its own; of many,
    // only the tokens count, and 8 bytes for the start of each document.
    #expect(try bytes(8, 15) - bytes(4, 15) == 4 * (4192 + 17 * 4 + 8))
    #expect(try bytes(100, 15) - bytes(99, 15) == 17 * 4 + 8)
    // A thread has activations of its own, if there is a shard for it.
    #expect(try bytes(8, 15, 1) < bytes(8, 15, 2))
    #expect(try bytes(8, 15, 2) == bytes(8, 15, 1000))

    // With the positions, not with their square.
    func long(_ blockSize: Int) throws -> Int {
      try Trainer.memoryNeeded(
        configuration: GPTConfiguration(
          blockSize: blockSize, vocabularySize: 27),
        options: TrainingOptions(), longestDocumentLength: blockSize)
    }
    #expect(try long(65_536) < 2 * long(32_768))

    let huge = try GPTConfiguration(
      layerCount: 1000, headCount: 65_536, embeddingWidth: 65_536,
      blockSize: 1_048_576, vocabularySize: 3)
    let needed = try Trainer.memoryNeeded(
      configuration: huge, options: TrainingOptions(),
      longestDocumentLength: 2_000_000)
    #expect(needed > 1 << 50)
    let long = String(repeating: "ab", count: 1_000_000)
    let data = try lineCorpus(Array(long.utf8))
    #expect(
      throws: TrainingError.outOfMemory(
        OutOfMemory(purpose: "training this model", byteCount: needed))
    ) {
      try Trainer(
        configuration: huge, lines: data, options: TrainingOptions())
    }
  }
}

@Suite struct TrainingOptionsTests {
  @Test func defaultsAreMicrogptPys() throws {
    let options = try TrainingOptions()
    #expect(options.stepCount == 1000)
    #expect(options.batchSize == 1)
    #expect(options.learningRate == 0.01)
    #expect(options.beta1 == 0.85)
    #expect(options.beta2 == 0.99)
    #expect(options.epsilon == 1e-8)
    #expect(options.initialStandardDeviation == 0.08)
    #expect(options.seed == 42)
  }

  @Test func optionsOutsideTheirLimitsAreRefused() {
    func option(
      _ make: () throws -> TrainingOptions
    ) -> String? {
      (#expect(throws: TrainingOptionError.self) { try make() })?.option
    }
    #expect(option { try TrainingOptions(stepCount: 0) } == "number of steps")
    #expect(option { try TrainingOptions(batchSize: 65_537) } == "batch size")
    #expect(
      option { try TrainingOptions(learningRate: .nan) } == "learning rate")
    #expect(option { try TrainingOptions(beta1: 1) } == "beta1")
    #expect(option { try TrainingOptions(beta2: -0.1) } == "beta2")
    #expect(option { try TrainingOptions(epsilon: 0) } == "epsilon")
    #expect(
      option { try TrainingOptions(initialStandardDeviation: .infinity) }
        == "initial standard deviation")
  }

  @Test func theErrorNamesTheOption() {
    let error = #expect(throws: TrainingOptionError.self) {
      try TrainingOptions(batchSize: 0)
    }
    #expect(error?.description == "batch size is 0, expected 1 to 65536")
  }
}
