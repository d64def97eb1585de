import CMicroGPTKernels
import MicroGPTFormat

/// All weights, and the matrices once more as the forward pass reads them.
///
/// The forward pass runs along the outputs of a matrix and the backward pass
/// along its inputs; either is contiguous in one of the two forms. Threads may
/// share them as long as none writes.
struct ModelWeights: Sendable {
  let layout: ParameterLayout
  let values: FloatBuffer  // as `layout` says
  /// As `layout` says, but each matrix transposed; no embeddings.
  let transposed: FloatBuffer

  init(_ layout: ParameterLayout) {
    self.layout = layout
    values = FloatBuffer(count: layout.count)
    transposed = FloatBuffer(count: layout.count)
  }

  /// The number of parts in which the transposes are brought up to date.
  var partCount: Int { layout.layers.count + 1 }

  /// Brings a part of the transposes up to date: that of a layer, or of the
  /// head, which is the last part.
  func transpose(part: Int, _ kernels: mgpt_kernels) {
    if part == layout.layers.count {
      transpose(layout.head, kernels)
    } else {
      let layer = layout.layers[part]
      transpose(layer.attention, kernels)
      transpose(layer.output, kernels)
      transpose(layer.expand, kernels)
      transpose(layer.contract, kernels)
    }
  }

  private func transpose(
    _ matrix: ParameterLayout.Matrix, _ kernels: mgpt_kernels
  ) {
    kernels.transpose(
      transposed.base + matrix.start, values.base + matrix.start,
      matrix.outputs, matrix.inputs)
  }
}
