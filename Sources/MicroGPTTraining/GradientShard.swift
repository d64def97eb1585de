import CMicroGPTKernels
import MicroGPTFormat

/// A part of a batch: adds up loss and gradients of its documents, one
/// document after the other.
///
/// One thread at a time may use it.
final class GradientShard: @unchecked Sendable {
  let configuration: GPTConfiguration
  let parameters: ParameterLayout
  let places: ActivationLayout
  let activations: FloatBuffer  // as `places` says
  let gradients: FloatBuffer  // as `parameters` says
  private(set) var loss = 0.0

  /// Allocates all that the shard will ever need.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - positions: The greatest number of positions of a document.
  init(_ configuration: GPTConfiguration, positions: Int) {
    self.configuration = configuration
    parameters = ParameterLayout(configuration)
    places = ActivationLayout(configuration, positions: positions)
    activations = FloatBuffer(count: places.count)
    gradients = FloatBuffer(count: parameters.count)
  }

  func clear() {
    gradients.clear()
    loss = 0
  }

  /// Adds a document's loss and gradient, both times `share`.
  ///
  /// - Parameters:
  ///   - document: BOS, the document's tokens, BOS.
  ///   - weights: The weights, laid out as `parameters` says.
  ///   - share: The document's part in the batch.
  func add(
    _ document: UnsafeBufferPointer<Int32>, weights: UnsafePointer<Float>,
    share: Double
  ) {
    guard let tokens = document.baseAddress else { return }
    let count = min(configuration.blockSize, document.count - 1)
    forward(tokens, count: count, weights: weights)
    let logits = activations.base + places.logits
    let total = mgpt_cross_entropy(
      logits, logits, tokens + 1, Float(share / Double(count)), count,
      configuration.vocabularySize)
    loss += share * (total / Double(count))
    backward(tokens, count: count, weights: weights)
  }
}
