import CMicroGPTKernels
import MicroGPTParallel

/// All weights, and the matrices twice more in panels, as the two passes read
/// them (`mgpt_lay_out`).
///
/// The forward pass runs along the outputs of a matrix, the backward pass along
/// its inputs. Threads may share them as long as none writes.
final class ModelWeights: Sendable {
  /// Consecutive rows of a matrix, or of embeddings, which have no panels.
  struct Piece: Sendable {
    let range: Range<Int>
    let matrix: ParameterLayout.Matrix?
  }

  let layout: ParameterLayout
  let values: FloatBuffer  // as `layout` says
  let forwardPanels: FloatBuffer
  let backwardPanels: FloatBuffer
  /// All weights in pieces that stay in the cache while several things are
  /// done with them.
  let pieces: [Piece]

  private let kernels: mgpt_kernels

  init(_ layout: ParameterLayout, kernels: mgpt_kernels) throws(OutOfMemory) {
    self.layout = layout
    self.kernels = kernels
    values = try FloatBuffer(count: layout.count, for: "the weights")
    forwardPanels = try FloatBuffer(
      count: layout.forwardPanelCount, for: "the weights")
    backwardPanels = try FloatBuffer(
      count: layout.backwardPanelCount, for: "the weights")
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

  /// Brings the panels of a piece up to date.
  func layOut(_ piece: Piece) {
    guard let matrix = piece.matrix else { return }
    kernels.lay_out(
      forwardPanels.base + matrix.forwardPanels,
      hasOwnPanels(matrix) ? nil : backwardPanels.base + matrix.backwardPanels,
      values.base + matrix.start,
      (piece.range.lowerBound - matrix.start) / matrix.inputs,
      piece.range.count / matrix.inputs, matrix.inputs, matrix.outputs)
  }

  /// The panels that the backward pass reads.
  func backwardPanels(
    of matrix: ParameterLayout.Matrix
  ) -> UnsafePointer<Float> {
    UnsafePointer(
      hasOwnPanels(matrix)
        ? values.base + matrix.start
        : backwardPanels.base + matrix.backwardPanels)
  }

  /// Whether the matrix itself is its one panel.
  private func hasOwnPanels(_ matrix: ParameterLayout.Matrix) -> Bool {
    matrix.inputs == MGPT_LANES
  }
}
