import MicroGPTFormat
import MicroGPTTraining
import Testing

@Suite struct UpdateTests {
  /// Against AdamW and PyTorch's `clip_grad_norm_` in doubles, of a small model
  /// with several shards and of one with many pieces.
  @Test(arguments: [
    (width: 8, clip: 0.55, decay: 0.0), (width: 8, clip: 0, decay: 0.5),
    (width: 8, clip: 0.55, decay: 0.5), (width: 96, clip: 11, decay: 0.3),
  ])
  func weightsAreAdamWs(width: Int, clip: Double, decay: Double) throws {
    // All documents in every step, so that their order does not matter.
    let lines = ["ab", "bca", "c", "abcab", "ba", "cabcabcaba", "bb", "a"]
    let data = try lineCorpus(Array(lines.joined(separator: "\n").utf8))
    let documents = (0..<data.documentCount).map {
      data.tokens(ofDocumentAt: $0)
    }
    let configuration = try GPTConfiguration(
      headCount: 2, embeddingWidth: width, vocabularySize: 4)
    let options = try TrainingOptions(
      stepCount: 8, batchSize: documents.count, learningRate: 0.005,
      schedule: .constant, beta1: 0.9, beta2: 0.95, epsilon: 1e-4,
      weightDecay: decay, maximumGradientNorm: clip,
      initialStandardDeviation: 0.1)
    let trainer = try Trainer(
      configuration: configuration, lines: data, options: options,
      threadCount: 2)
    var weights = trainer.withWeights { all in
      all.indices.map { Double(all[$0]) }
    }
    var (m, v) = (weights.map { _ in 0.0 }, weights.map { _ in 0.0 })
    var clipped = 0
    for step in 1...8 {
      let found = try Gradients.compute(
        documents: documents, weights: weights.map { Float($0) },
        configuration: configuration)
      let gradient = found.values.map(Double.init)
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let isClipped = clip > 0 && norm > clip
      let scale = isClipped ? clip / (norm + 1e-6) : 1
      clipped += isClipped ? 1 : 0
      for index in weights.indices {
        let g = scale * gradient[index]
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.95 * v[index] + 0.05 * g * g
        var power = (1.0, 1.0)
        for _ in 0..<step { power = (power.0 * 0.9, power.1 * 0.95) }
        let mean = m[index] / (1 - power.0)
        let root = (v[index] / (1 - power.1)).squareRoot()
        weights[index] *= 1 - 0.005 * decay
        weights[index] -= 0.005 * mean / (root + 1e-4)
      }
      #expect(abs(trainer.step() - found.loss) < 1e-5, "step \(step)")
    }
    let worst = trainer.withWeights { all in
      all.indices.map { abs(Double(all[$0]) - weights[$0]) }.max()
    }
    #expect(try #require(worst) < 1e-5)
    // Some steps are clipped and some are not.
    #expect(clip == 0 ? clipped == 0 : (1..<8).contains(clipped))
  }

  @Test func aClipBeyondTheNormChangesNothing() throws {
    let names = try namesData()
    func weights(_ clip: Double) throws -> [Float] {
      let trainer = try Trainer(
        configuration: GPTConfiguration(vocabularySize: 27), lines: names,
        options: TrainingOptions(
          stepCount: 3, batchSize: 20, maximumGradientNorm: clip))
      for _ in 0..<3 { trainer.step() }
      return trainer.withWeights { all in all.indices.map { all[$0] } }
    }
    #expect(try weights(1e6) == weights(0))
    #expect(try weights(0.1) != weights(0))
  }

  /// Clipping must not hide that a training has broken.
  @Test func brokenGradientsShowInTheWeights() throws {
    let data = try lineCorpus(Array("ab\nbca\nc".utf8))
    let trainer = try Trainer(
      configuration: GPTConfiguration(
        headCount: 2, embeddingWidth: 4, vocabularySize: 4), lines: data,
      options: TrainingOptions(
        stepCount: 100, learningRate: 10, beta1: 0.99, beta2: 0, epsilon: 1e-30,
        maximumGradientNorm: 1, initialStandardDeviation: 1))
    while trainer.completedSteps < 100 && trainer.step().isFinite {}
    #expect(!trainer.hasFiniteWeights)
  }
}
