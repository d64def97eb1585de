import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTTraining

@Suite struct EvaluationTests {
  /// Every document's loss is that of a batch of its own, bit for bit: of
  /// engines with one workspace or several, of which the threads take groups,
  /// and of a model on which they work together.
  @Test(arguments: [
    (heads: 4, width: 16, batchSize: 1), (heads: 2, width: 10, batchSize: 20),
    (heads: 24, width: 96, batchSize: 3),
  ])
  func lossesAreThoseOfTheDocumentsAlone(
    heads: Int, width: Int, batchSize: Int
  ) throws {
    let configuration = try GPTConfiguration(
      headCount: heads, embeddingWidth: width, blockSize: 12,
      vocabularySize: 27)
    var random = PythonRandom(seed: 5)
    let weights = (0..<configuration.parameterCount).map { _ in
      Float(random.gauss(mean: 0, standardDeviation: 0.2))
    }
    let documents = (0..<50).map { index in
      (0..<index * 7 % 17).map { _ in Int(random.random() * 26) }
    }
    let batch = Batch(count: documents.count, positions: 12)
    for (index, document) in documents.enumerated() {
      let tokens = [26] + document.map(Int32.init) + [26]
      tokens.withUnsafeBufferPointer { batch.set($0, at: index) }
    }
    let expected = try documents.map { document in
      try Gradients.compute(
        documents: [document], weights: weights, configuration: configuration
      ).loss
    }

    let kernels = kernelSets[0]
    let model = try ModelWeights(
      ParameterLayout(configuration), kernels: kernels)
    model.values.base.update(from: weights, count: weights.count)
    for piece in model.pieces { model.layOut(piece) }
    let extent = Extent(
      configuration, positions: 12, batchSize: batchSize, hasDropout: true)
    for threads in [1, 3] {
      let engine = try GradientEngine(
        model, extent: extent,
        team: try Team(threadCount: threads, extent: extent), kernels: kernels)
      // A step's traces do not matter, nor do those of another evaluation.
      let training = Batch(count: batchSize, positions: 12)
      for index in 0..<batchSize {
        [26, 0, 1, 2, 26].withUnsafeBufferPointer {
          training.set($0, at: index)
        }
      }
      _ = engine.run(
        training, dropout: Dropout(share: 0.5, seed: 1, step: 1))
      let gradients = Array(
        UnsafeBufferPointer(start: engine.gradients, count: weights.count))
      for _ in 0..<2 {
        let losses = engine.evaluate(batch)
        #expect(losses.count == documents.count)
        for (index, loss) in losses.enumerated() {
          let count = Double(batch.rows(of: index).count)
          #expect(loss / count == expected[index], "document \(index)")
        }
      }
      let after = UnsafeBufferPointer(
        start: engine.gradients, count: weights.count)
      #expect(gradients == Array(after))
      #expect(engine.evaluate(Batch(count: 0, positions: 1)) == [])
    }
  }
}
