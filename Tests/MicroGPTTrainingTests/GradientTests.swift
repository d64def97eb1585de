import MicroGPTFormat
import MicroGPTRandom
import MicroGPTReference
import MicroGPTTraining
import Testing

/// A model and documents of given lengths.
struct GradientCase: Sendable, CustomTestStringConvertible {
  var name: String
  var layers = 1
  var heads = 4
  var width = 16
  var block = 16
  var vocabulary = 27
  var lengths = [6]
  /// That of the weights: more than at first, so that attention is not uniform.
  var deviation = 0.3

  var testDescription: String { name }
}

private let cases = [
  GradientCase(name: "default"),
  GradientCase(name: "three layers", layers: 3),
  GradientCase(name: "one head", heads: 1, lengths: [9]),
  GradientCase(name: "a head an element", heads: 16, lengths: [5]),
  GradientCase(
    name: "width 6", heads: 3, width: 6, block: 5, vocabulary: 11,
    lengths: [4]),
  GradientCase(name: "width 10", layers: 2, heads: 2, width: 10),
  GradientCase(
    name: "width 33", heads: 3, width: 33, block: 7, vocabulary: 18,
    lengths: [6]),
  GradientCase(name: "width 2", heads: 2, width: 2, vocabulary: 2),
  GradientCase(name: "longer than the block", block: 4, lengths: [9]),
  GradientCase(name: "more positions than lanes", block: 20, lengths: [19]),
  GradientCase(name: "block of one", block: 1, lengths: [3]),
  GradientCase(name: "eight narrow heads", heads: 8, width: 32, lengths: [9]),
  GradientCase(name: "one character", lengths: [1]),
  GradientCase(name: "batch", width: 8, lengths: [3, 7, 1, 5]),
  GradientCase(
    name: "batch of more documents than shards", heads: 2, width: 4, block: 4,
    lengths: [3, 7, 1, 5, 2, 2, 4, 1, 3, 6, 1]),
  GradientCase(
    name: "three heads of width 16, two layers", layers: 2, heads: 3,
    width: 48, lengths: [3, 1], deviation: 0.2),
  GradientCase(name: "heads of width 8", heads: 3, width: 24, lengths: [5]),
  GradientCase(
    name: "documents below, at and beyond the block", layers: 3, width: 16,
    block: 6, vocabulary: 9, lengths: [2, 12, 5, 6, 4]),
  GradientCase(
    name: "a long block, narrow heads", width: 16, block: 80, vocabulary: 5,
    lengths: [69, 2]),
  GradientCase(
    name: "a long block, wide heads", heads: 1, width: 17, block: 66,
    vocabulary: 5, lengths: [1, 80]),
]

@Suite struct GradientTests {
  /// The engine in f32, in every instruction set, against scalar autograd in
  /// f64.
  @Test(arguments: cases)
  func gradientsAreTheReferences(test: GradientCase) throws {
    let configuration = try GPTConfiguration(
      layerCount: test.layers, headCount: test.heads,
      embeddingWidth: test.width, blockSize: test.block,
      vocabularySize: test.vocabulary)
    var random = PythonRandom(seed: 7)
    let weights = (0..<configuration.parameterCount).map { _ in
      Float(random.gauss(mean: 0, standardDeviation: test.deviation))
    }
    let documents = test.lengths.map { length in
      (0..<length).map { _ in
        Int(random.random() * Double(test.vocabulary - 1))
      }
    }

    var config = Config(vocab_size: test.vocabulary)
    config.n_layer = test.layers
    config.n_head = test.heads
    config.n_embd = test.width
    config.block_size = test.block
    var rest = weights[...]
    let reference = MicroGPT(
      config,
      weights: configuration.weightShapes.map { matrix in
        defer { rest = rest.dropFirst(matrix.elementCount) }
        return rest.prefix(matrix.elementCount).map(Double.init)
      })
    let expected = reference.loss_and_gradients(documents)
    for kernels in kernelSets {
      let set = String(cString: kernels.name)
      let found = try Gradients.compute(
        documents: documents, weights: weights, configuration: configuration,
        kernels: kernels)
      #expect(abs(found.loss - expected.loss) <= 1e-6 * expected.loss, "\(set)")
      var values = found.values[...]
      for tensor in expected.gradients {
        let pairs = zip(tensor.data, values.prefix(tensor.data.count))
        let worst = pairs.map { abs($0 - Double($1)) }.max() ?? 0
        let largest = tensor.data.lazy.map(abs).max() ?? 0
        #expect(
          worst <= 1e-5 * largest, "\(set), \(tensor.name): \(worst / largest)")
        values = values.dropFirst(tensor.data.count)
      }
      #expect(values.isEmpty)
    }
  }

  /// A training that has gone wrong must not look healthy.
  @Test(arguments: [Float.nan, .infinity])
  func aBrokenWeightShowsInTheLoss(value: Float) throws {
    let configuration = try GPTConfiguration(
      headCount: 2, embeddingWidth: 4, vocabularySize: 3)
    var start = 0
    for matrix in configuration.weightShapes {
      var weights = (0..<configuration.parameterCount).map {
        Float($0 % 7 - 3)
      }
      weights[start] = value
      let broken = try Gradients.compute(
        documents: [[0, 1, 0]], weights: weights, configuration: configuration)
      #expect(!broken.loss.isFinite, "\(matrix.name)")
      start += matrix.elementCount
    }
  }

  /// Of a small model, whose threads take documents; and of one on which they
  /// work together, where long documents divide its narrow heads.
  @Test(arguments: [
    (heads: 4, width: 16, block: 16, lengths: Array(1...13)),
    (heads: 24, width: 96, block: 80, lengths: [70, 2, 21]),
  ])
  func gradientsDoNotDependOnThreads(
    heads: Int, width: Int, block: Int, lengths: [Int]
  ) throws {
    let configuration = try GPTConfiguration(
      headCount: heads, embeddingWidth: width, blockSize: block,
      vocabularySize: 27)
    var random = PythonRandom(seed: 1)
    let weights = (0..<configuration.parameterCount).map { _ in
      Float(random.gauss(mean: 0, standardDeviation: 0.3))
    }
    let documents = lengths.map { length in
      (0..<length).map { $0 % 26 }
    }
    let results = try [1, 2, 3, 8].map { threads in
      try Gradients.compute(
        documents: documents, weights: weights, configuration: configuration,
        threadCount: threads)
    }
    for result in results {
      #expect(result.loss == results[0].loss)
      #expect(result.values == results[0].values)
    }
  }
}
