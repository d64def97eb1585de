import CMicroGPTKernels
import MicroGPTFormat

/// The loss of some documents and its gradient.
public struct Gradients: Sendable {
  /// The mean over the documents of their means over positions, in nats.
  public let loss: Double
  /// The derivative of the loss by each weight, in the order of the weights.
  public let values: [Float]  // (parameters)

  /// Computes loss and gradient, as a training step with these documents as
  /// its batch computes them.
  ///
  /// - Parameters:
  ///   - documents: At least one; tokens without BOS, all below it.
  ///   - weights: All weights in the order of `configuration.weights`.
  ///   - configuration: The dimensions of the model.
  ///   - threadCount: The number of threads to use; the result is the same.
  public init(
    documents: [[Int]], weights: [Float], configuration: GPTConfiguration,
    threadCount: Int = 1
  ) {
    self.init(
      documents: documents, weights: weights, configuration: configuration,
      threadCount: threadCount, kernels: mgpt_kernels_in_use().pointee)
  }

  /// As above, in an instruction set of choice.
  package init(
    documents: [[Int]], weights: [Float], configuration: GPTConfiguration,
    threadCount: Int = 1, kernels: mgpt_kernels
  ) {
    let bos = configuration.vocabularySize - 1
    precondition(
      documents.allSatisfy { $0.allSatisfy { 0..<bos ~= $0 } },
      "a token is not in the vocabulary")
    precondition(
      weights.count == configuration.parameterCount, "all weights are needed")

    precondition(!documents.isEmpty, "a loss needs documents")
    let longest = documents.map(\.count).max() ?? 0
    let positions = min(configuration.blockSize, longest + 1)
    let batch = Batch(documents: documents.count, positions: positions)
    for (index, document) in documents.enumerated() {
      let tokens = ([bos] + document + [bos]).prefix(positions + 1)
      batch.counts[index] = tokens.count - 1
      for (place, token) in tokens.enumerated() {
        batch.tokens(of: index)[place] = Int32(token)
      }
    }
    let model = ModelWeights(
      ParameterLayout(configuration), kernels: kernels)
    model.values.base.update(from: weights, count: weights.count)
    let engine = GradientEngine(
      configuration, positions: positions, batchSize: documents.count,
      threadCount: threadCount, kernels: kernels)
    for piece in model.pieces { model.transpose(piece) }
    loss = engine.run(batch, weights: model)
    engine.reduce(model, with: nil)
    let total = engine.shards[0].gradients
    values = Array(UnsafeBufferPointer(start: total.base, count: total.count))
  }
}
