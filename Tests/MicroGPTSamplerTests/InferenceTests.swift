import MicroGPTFormat
import MicroGPTReference
import Testing

@testable import MicroGPTSampler

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct InferenceTests {
  /// The loss that the logits give equals that of the scalar engine.
  @Test(arguments: [
    (1, 4, 16, 16), (3, 2, 8, 9), (2, 1, 6, 5), (1, 3, 33, 12),
    // Longer than the cache at first.
    (2, 2, 8, 150),
  ])
  func agreesWithTheReference(
    layerCount: Int, headCount: Int, embeddingWidth: Int, blockSize: Int
  ) throws {
    let test = try TestModel(
      layerCount: layerCount, headCount: headCount,
      embeddingWidth: embeddingWidth, blockSize: blockSize)
    let model = try test.opened()
    let document = Array(
      try test.vocabulary.encode(String(repeating: "sampling", count: 19))
        .prefix(blockSize - 1))

    var config = Config(vocab_size: test.vocabulary.size)
    config.n_layer = layerCount
    config.n_head = headCount
    config.n_embd = embeddingWidth
    config.block_size = blockSize
    let reference = MicroGPT(
      config,
      weights: try test.configuration.weightShapes.map { matrix in
        try #require(test.weights[matrix.name]).map(Double.init)
      })
    let expected = reference.loss_and_gradients([document]).loss

    var inference = try Inference(model, textCount: 1, rowLimit: 7)
    let tokens = [test.vocabulary.bosToken] + document
    let targets = document + [test.vocabulary.bosToken]
    var sum = 0.0
    for start in stride(from: 0, to: tokens.count, by: 7) {
      let places = start..<min(start + 7, tokens.count)
      for place in places {
        try inference.add(tokens[place], to: 0, at: place)
      }
      try inference.run()
      for place in places {
        let logits = inference.logits(ofRow: place - start).map(Double.init)
        sum -= logits[targets[place]] - logSumExp(logits)
      }
    }
    let loss = sum / Double(targets.count)
    #expect(abs(loss - expected) < 1e-6 * expected)
  }

  private func logSumExp(_ values: [Double]) -> Double {
    let peak = values.max() ?? 0
    return peak + log(values.reduce(0) { $0 + exp($1 - peak) })
  }
}
