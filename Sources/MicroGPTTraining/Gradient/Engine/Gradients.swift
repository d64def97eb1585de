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
  ///   - weights: All weights in the order of `configuration.weightShapes`.
  ///   - configuration: The dimensions of the model.
  ///   - threadCount: The number of threads to use; the result is the same.
  /// - Returns: The loss and its gradient.
  /// - Throws: `OutOfMemory`.
  /// - Complexity: As a training step, and O(parameters) to make the engine.
  public static func compute(
    documents: [[Int]], weights: [Float], configuration: GPTConfiguration,
    threadCount: Int = 1
  ) throws(OutOfMemory) -> Gradients {
    try compute(
      documents: documents, weights: weights, configuration: configuration,
      threadCount: threadCount, kernels: mgpt_kernels_in_use().pointee)
  }

  /// As above, in an instruction set of choice.
  package static func compute(
    documents: [[Int]], weights: [Float], configuration: GPTConfiguration,
    threadCount: Int = 1, kernels: mgpt_kernels
  ) throws(OutOfMemory) -> Gradients {
    try compute(
      documents: documents, weights: weights, configuration: configuration,
      threadCount: threadCount, kernels: kernels, dropout: nil)
  }

  /// As above, with dropout.
  static func compute(
    documents: [[Int]], weights: [Float], configuration: GPTConfiguration,
    threadCount: Int = 1, kernels: mgpt_kernels, dropout: Dropout?
  ) throws(OutOfMemory) -> Gradients {
    let bos = configuration.vocabularySize - 1
    precondition(
      documents.allSatisfy { $0.allSatisfy { 0..<bos ~= $0 } },
      "a token is not in the vocabulary")
    precondition(
      weights.count == configuration.parameterCount, "all weights are needed")

    let longest = documents.map(\.count).max()
    guard let longest else { preconditionFailure("a loss needs documents") }
    let batch = Batch(
      count: documents.count,
      positions: min(configuration.blockSize, longest + 1))
    for (index, document) in documents.enumerated() {
      let tokens = [Int32(bos)] + document.map(Int32.init) + [Int32(bos)]
      tokens.withUnsafeBufferPointer { batch.set($0, at: index) }
    }
    let model = try ModelWeights(
      ParameterLayout(configuration), kernels: kernels)
    model.values.base.update(from: weights, count: weights.count)
    for piece in model.pieces { model.layOut(piece) }
    let extent = Extent(
      configuration, positions: batch.positions, batchSize: documents.count,
      hasDropout: dropout != nil)
    let engine = try GradientEngine(
      model, extent: extent,
      team: try Team(threadCount: threadCount, extent: extent),
      kernels: kernels)
    let loss = engine.run(batch, dropout: dropout)
    engine.reduce(0..<weights.count)
    return Gradients(
      loss: loss,
      values: Array(
        UnsafeBufferPointer(start: engine.gradients, count: weights.count)))
  }
}
