import CMicroGPTKernels
import MicroGPTFormat

/// Loss and gradient of batches, the same bits for any number of threads.
///
/// Whatever is computed of a position is a function of its document alone, and
/// the gradient of a weight is one running sum over the positions of the batch,
/// in order. So the work may be cut anywhere: documents go through the model in
/// groups, and threads share the rows, heads and matrices of a group.
final class GradientEngine: @unchecked Sendable {
  let configuration: GPTConfiguration
  let weights: ModelWeights
  let parameters: ParameterLayout
  let places: ActivationLayout
  let kernels: mgpt_kernels
  let activations: FloatBuffer  // as `places` says
  let gradients: FloatBuffer  // as `parameters` says
  let losses: UnsafeMutablePointer<mgpt_row_loss>  // (R)
  let team: Team
  let extent: Extent
  /// For each layer the slices of its matrices, the largest first; the head's
  /// belong to the last layer.
  let slices: [[MatrixSlice]]

  /// Allocates all that the engine will ever need.
  ///
  /// - Parameters:
  ///   - weights: The model.
  ///   - extent: What there must be room for.
  ///   - team: The threads.
  ///   - kernels: The instruction set to use.
  init(
    _ weights: ModelWeights, extent: Extent, team: Team, kernels: mgpt_kernels
  ) {
    self.weights = weights
    self.extent = extent
    self.team = team
    self.kernels = kernels
    configuration = extent.configuration
    parameters = weights.layout
    places = ActivationLayout(extent)
    activations = FloatBuffer(count: places.count)
    gradients = FloatBuffer(count: parameters.count)
    slices = MatrixSlice.all(parameters, places)
    losses = .allocate(capacity: extent.rows)
    losses.initialize(repeating: mgpt_row_loss(), count: extent.rows)
  }

  deinit { losses.deallocate() }

  /// Computes the loss of a batch and its gradient, which `gradients` hold
  /// then.
  ///
  /// - Parameter batch: The documents.
  /// - Returns: The mean over the documents of their mean over positions.
  func run(_ batch: Batch) -> Double {
    var loss = 0.0
    var next = 0
    while next < batch.count {
      let group = DocumentGroup(batch, from: next, rowLimit: extent.rows)
      let pass = Pass(self, group, adds: next > 0)
      pass.forward()
      pass.backward()
      loss += pass.loss()
      next = group.documents.upperBound
    }
    return loss
  }
}
