import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTTraining

@Suite struct DropoutTests {
  /// Random weights and documents.
  private func draw(
    _ configuration: GPTConfiguration, lengths: [Int]
  ) -> (weights: [Float], documents: [[Int]], random: PythonRandom) {
    var random = PythonRandom(seed: 7)
    let weights = (0..<configuration.parameterCount).map { _ in
      Float(random.gauss(mean: 0, standardDeviation: 0.3))
    }
    let characters = Double(configuration.vocabularySize - 1)
    let documents = lengths.map { length in
      (0..<length).map { _ in Int(random.random() * characters) }
    }
    return (weights, documents, random)
  }

  /// In every instruction set, against central differences of the model in
  /// doubles: along a random direction in all elements of each matrix, and
  /// along two elements.
  @Test(arguments: [
    (heads: 2, width: 8, block: 6, lengths: [4, 9, 1, 5], share: 0.25),
    // More rows than go together, so a document is cut.
    (heads: 1, width: 3, block: 66, lengths: [2, 65], share: 0.1),
    // Threads and heads by fours.
    (heads: 4, width: 16, block: 4, lengths: [3, 2], share: 0.5),
  ])
  func gradientsAreThoseOfTheMaskedModel(
    heads: Int, width: Int, block: Int, lengths: [Int], share: Double
  ) throws {
    let configuration = try GPTConfiguration(
      layerCount: 2, headCount: heads, embeddingWidth: width, blockSize: block,
      vocabularySize: 5)
    var (weights, documents, random) = draw(configuration, lengths: lengths)
    let dropout = try #require(Dropout(share: share, seed: 3, step: 11))
    let found = try kernelSets.map { kernels in
      try Gradients.compute(
        documents: documents, weights: weights, configuration: configuration,
        kernels: kernels, dropout: dropout)
    }
    let model = ScalarModel(
      configuration: configuration, share: share, seed: 3, step: 11)
    let exact = weights.map(Double.init)
    let loss = model.loss(exact, documents)
    for result in found { #expect(abs(result.loss - loss) < 1e-6 * loss) }
    let plain = try Gradients.compute(
      documents: documents, weights: weights, configuration: configuration)
    #expect(abs(plain.loss - loss) > 0.001)

    var start = 0
    for matrix in configuration.weightShapes {
      let range = start..<start + matrix.elementCount
      start = range.upperBound
      for trial in 0..<3 {
        var direction = [Double](repeating: 0, count: range.count)
        if trial == 0 {
          for index in direction.indices {
            direction[index] = random.random() < 0.5 ? -1 : 1
          }
        } else {
          direction[Int(random.random() * Double(range.count))] = 1
        }
        func loss(_ distance: Double) -> Double {
          var moved = exact
          for (index, change) in zip(range, direction) {
            moved[index] += distance * change
          }
          return model.loss(moved, documents)
        }
        let expected = (loss(1e-6) - loss(-1e-6)) / 2e-6
        for (kernels, result) in zip(kernelSets, found) {
          let gradient = result.values[range].map(Double.init)
          let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
          let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
          let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
          #expect(norm > 0)
          #expect(
            abs(slope - expected) <= 1e-5 * norm * length,
            "\(String(cString: kernels.name)), \(matrix.name)")
        }
      }
    }
  }

  /// The same bits for any number of threads and in all sets that fuse, with
  /// all that a step can do; of a small model and of one on which the threads
  /// work together.
  @Test(arguments: [
    (heads: 4, width: 16, batchSize: 13), (heads: 24, width: 96, batchSize: 9),
  ])
  func weightsDoNotDependOnThreadsOrProcessor(
    heads: Int, width: Int, batchSize: Int
  ) throws {
    let names = try namesData()
    let configuration = try GPTConfiguration(
      headCount: heads, embeddingWidth: width, vocabularySize: 27)
    let options = try TrainingOptions(
      stepCount: 3, batchSize: batchSize, weightDecay: 0.1,
      maximumGradientNorm: 0.5,
      dropout: 0.2)
    func run(_ kernels: mgpt_kernels, threads: Int) throws -> [Float] {
      let trainer = try Trainer(
        configuration: configuration, corpus: .lines(names), options: options,
        threadCount: threads, kernels: kernels)
      let losses = (0..<3).map { _ in Float(trainer.step()) }
      return trainer.withWeights { all in losses + all.indices.map { all[$0] } }
    }
    for isFused in [true, false] {
      let sets = kernelSets.filter { ($0.is_fused != 0) == isFused }
      guard let first = sets.first else { continue }
      let expected = try run(first, threads: 1)
      for kernels in sets {
        #expect(try run(kernels, threads: 3) == expected)
      }
    }
  }

  /// Each step, seed and document has elements of its own left out.
  @Test func whatIsLeftOutDependsOnSeedStepAndDocument() throws {
    let data = try lineCorpus(Array("abc".utf8))
    func losses(
      seed: UInt64, batchSize: Int = 1, dropout: Double = 0.3
    ) throws -> [Double] {
      let trainer = try Trainer(
        configuration: GPTConfiguration(vocabularySize: 4), lines: data,
        options: TrainingOptions(
          stepCount: 4, batchSize: batchSize, learningRate: 0, dropout: dropout,
          initialStandardDeviation: 1, seed: seed))
      return (0..<4).map { _ in trainer.step() }
    }
    let found = try losses(seed: 1)
    #expect(Set(found).count == 4)
    #expect(try losses(seed: 1) == found)
    #expect(try Set(losses(seed: 1, dropout: 0)).count == 1)

    // With the same weights: another seed, or another document of the batch.
    let configuration = try GPTConfiguration(vocabularySize: 4)
    let (weights, _, _) = draw(configuration, lengths: [])
    func loss(_ seed: UInt64, documents: Int) throws -> Double {
      try Gradients.compute(
        documents: .init(repeating: [0, 1, 2], count: documents),
        weights: weights, configuration: configuration,
        kernels: kernelSets[0],
        dropout: Dropout(share: 0.3, seed: seed, step: 0)
      ).loss
    }
    #expect(try loss(1, documents: 1) != loss(2, documents: 1))
    #expect(try loss(1, documents: 1) != loss(1, documents: 2))
    #expect(Dropout(share: 0, seed: 1, step: 1) == nil)
  }

  /// Two gradients of 16 columns for each row.
  @Test func onlyDropoutTakesMemory() throws {
    func bytes(_ dropout: Double) throws -> Int {
      try Trainer.memoryNeeded(
        configuration: GPTConfiguration(vocabularySize: 27),
        options: TrainingOptions(dropout: dropout), longestDocumentLength: 100)
    }
    #expect(try bytes(0.1) - bytes(0) == 2 * 16 * 16 * 4)
    #expect(try bytes(0.9) == bytes(0.1))
  }
}
