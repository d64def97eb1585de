import CMicroGPTKernels
import MicroGPTFormat

/// All weights, and the matrices once more as the forward pass reads them.
///
/// The forward pass runs along the outputs of a matrix and the backward pass
/// along its inputs; either is contiguous in one of the two forms. Threads may
/// share them as long as none writes.
final class ModelWeights: Sendable {
  /// Consecutive rows of a matrix, or of embeddings, which have no transpose.
  struct Piece: Sendable {
    let range: Range<Int>
    let matrix: ParameterLayout.Matrix?
  }

  let layout: ParameterLayout
  let values: FloatBuffer  // as `layout` says
  /// As `layout` says, but each matrix transposed; no embeddings.
  let transposed: FloatBuffer
  /// All weights in pieces that stay in the cache while several things are
  /// done with them.
  let pieces: [Piece]

  private let kernels: mgpt_kernels

  init(_ layout: ParameterLayout, kernels: mgpt_kernels) {
    self.layout = layout
    self.kernels = kernels
    values = FloatBuffer(count: layout.count)
    transposed = FloatBuffer(count: layout.count)
    let size = 16_384
    let embeddings = stride(from: 0, to: layout.head.start, by: size).map {
      Piece(range: $0..<min($0 + size, layout.head.start), matrix: nil)
    }
    let matrices = [layout.head] + layout.layers.flatMap(\.all)
    pieces =
      embeddings
      + matrices.flatMap { matrix in
        let end = matrix.start + matrix.outputs * matrix.inputs
        // Whole rows, eight of them or a multiple.
        let step = max(1, size / (8 * matrix.inputs)) * 8 * matrix.inputs
        return stride(from: matrix.start, to: end, by: step).map {
          Piece(range: $0..<min($0 + step, end), matrix: matrix)
        }
      }
  }

  /// Brings the transpose of a piece up to date.
  func transpose(_ piece: Piece) {
    guard let matrix = piece.matrix else { return }
    let start = piece.range.lowerBound
    let row = (start - matrix.start) / matrix.inputs
    kernels.transpose(
      transposed.base + matrix.start + row, values.base + start,
      piece.range.count / matrix.inputs, matrix.outputs, matrix.inputs)
  }
}
