import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// The memory in which documents go through the model.
///
/// Whatever is computed of a position is a function of its document alone, and
/// the gradient of a weight is one running sum over the positions, in order. So
/// the work may be cut anywhere: documents go through the model in groups, and
/// the threads of a team share the rows, heads and matrices of a group.
final class Workspace: @unchecked Sendable {
  let configuration: GPTConfiguration
  let weights: ModelWeights
  let parameters: ParameterLayout
  let layout: ActivationLayout
  let kernels: mgpt_kernels
  let activations: FloatBuffer  // as `layout` says
  let losses: UnsafeMutablePointer<mgpt_row_loss>  // (R)
  let team: Team
  let extent: Extent
  /// All heads of a document; its length is still to be set.
  let shape: mgpt_attention_shape
  /// How many heads go together at least: narrow ones by fours, unless the
  /// documents are too long for that.
  let minimumHeads: Int
  /// For each layer the slices of its matrices, the largest first; the head's
  /// belong to the last layer.
  let slices: [[MatrixSlice]]

  /// Allocates all that will ever be needed.
  ///
  /// - Parameters:
  ///   - weights: The model.
  ///   - extent: What there must be room for.
  ///   - team: The threads.
  ///   - kernels: The instruction set to use.
  /// - Throws: ``OutOfMemory``.
  init(
    _ weights: ModelWeights, extent: Extent, team: Team, kernels: mgpt_kernels
  ) throws(OutOfMemory) {
    self.weights = weights
    self.extent = extent
    self.team = team
    self.kernels = kernels
    configuration = extent.configuration
    shape = mgpt_attention_shape(configuration, count: 0)
    minimumHeads =
      shape.head_width == 4 && shape.heads % 4 == 0
        && extent.positions <= MGPT_NARROW_POSITIONS ? 4 : 1
    parameters = weights.layout
    layout = ActivationLayout(extent)
    activations = try FloatBuffer(
      count: layout.count, for: "the activations")
    slices = MatrixSlice.all(parameters, layout)
    losses = .allocate(capacity: extent.rows)
    losses.initialize(repeating: mgpt_row_loss(), count: extent.rows)
  }

  deinit { losses.deallocate() }

  /// Computes the loss of some documents and its gradient.
  ///
  /// - Parameters:
  ///   - batch: All documents.
  ///   - documents: The numbers of those to look at, one at least.
  ///   - gradients: Where the gradient comes, as `parameters` says.
  ///   - dropout: What is left out, if the extent says that there is any.
  /// - Returns: The sum over the documents of their means over positions,
  ///   divided by the number of documents of the batch.
  func run(
    _ batch: Batch, _ documents: Range<Int>, gradients: FloatBuffer,
    dropout: Dropout?
  ) -> Double {
    var loss = 0.0
    DocumentGroup.forEach(of: batch, in: documents, rowLimit: extent.rows) {
      group in
      let pass = Pass(self, group, dropout: dropout)
      pass.forward()
      pass.backward(
        to: gradients,
        adds: group.documents.lowerBound > documents.lowerBound)
      loss += pass.loss()
    }
    return loss
  }

  /// Computes the losses of a group's documents, each the sum over its
  /// positions.
  ///
  /// - Parameters:
  ///   - group: The documents, of no more rows than `extent` says.
  ///   - losses: Where each document's loss comes, by its number.
  func evaluate(
    _ group: DocumentGroup, to losses: UnsafeMutableBufferPointer<Double>
  ) {
    let pass = Pass(self, group, dropout: nil)
    pass.forward()
    for document in group.documents {
      losses[document] = pass.loss(of: document)
    }
  }
}
