import CMicroGPTKernels
import MicroGPTFormat

/// A part of a batch: adds up loss and gradients of its documents, some at a
/// time.
///
/// One thread at a time may use it.
final class GradientShard: @unchecked Sendable {
  let configuration: GPTConfiguration
  let parameters: ParameterLayout
  let places: ActivationLayout
  let kernels: mgpt_kernels
  let activations: FloatBuffer  // as `places` says
  let gradients: FloatBuffer  // as `parameters` says
  private(set) var loss = 0.0
  private let groupSize: Int

  /// How many documents at most go through the model together: so many that a
  /// matrix serves some dozen positions.
  ///
  /// - Parameters:
  ///   - positions: The greatest number of positions of a document.
  ///   - documents: The greatest number of documents of a shard.
  /// - Returns: At least 1.
  static func groupSize(positions: Int, documents: Int) -> Int {
    max(1, min(documents, 64 / positions))
  }

  /// Allocates all that the shard will ever need.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - positions: The greatest number of positions of a document.
  ///   - documents: The greatest number of documents.
  ///   - kernels: The instruction set to use.
  init(
    _ configuration: GPTConfiguration, positions: Int, documents: Int,
    kernels: mgpt_kernels
  ) {
    self.configuration = configuration
    self.kernels = kernels
    groupSize = Self.groupSize(positions: positions, documents: documents)
    parameters = ParameterLayout(configuration)
    places = ActivationLayout(
      configuration, positions: positions, documents: groupSize)
    activations = FloatBuffer(count: places.count)
    gradients = FloatBuffer(count: parameters.count)
  }

  /// Computes the loss of documents and its gradient, both times `share` for
  /// each document.
  ///
  /// - Parameters:
  ///   - batch: The documents of a step.
  ///   - documents: Which of them; at least one.
  ///   - weights: The weights.
  ///   - share: A document's part in the batch.
  func run(
    _ batch: Batch, _ documents: Range<Int>, _ weights: ModelWeights,
    share: Double
  ) {
    var total = 0.0
    var rest = documents
    while !rest.isEmpty {
      let group = DocumentGroup(
        batch: batch, documents: rest.prefix(groupSize))
      let rows = group.rowCount
      forward(group, rows: rows, weights)
      total += loss(of: group, share: share)
      backward(
        group, rows: rows, weights,
        adds: rest.lowerBound > documents.lowerBound)
      rest = rest.dropFirst(groupSize)
    }
    loss = total
  }

  /// Turns the logits of a group into their gradients.
  ///
  /// - Returns: The sum over the documents of their means over positions, each
  ///   times `share`.
  private func loss(of group: DocumentGroup, share: Double) -> Double {
    let vocabularySize = configuration.vocabularySize
    var loss = 0.0
    group.forEach { document in
      let logits =
        activations.base + places.logits + document.row * vocabularySize
      let count = Double(document.count)
      let total = kernels.cross_entropy(
        logits, logits, document.tokens + 1, Float(share / count),
        document.count, vocabularySize)
      loss += share * (total / count)
    }
    return loss
  }
}
