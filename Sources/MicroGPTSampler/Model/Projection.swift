import CMicroGPTKernels
import MicroGPTParallel

/// A weight matrix that is applied to rows of activations.
///
/// Its elements are those of the file, (out, in), each output a fused lane sum
/// along a row of them: what is fast where weights come from memory, once for
/// all rows of activations. Or they are in panels, (⌈out / 16⌉, in, 16), each
/// output a fused running sum: what is fast where they stay in the cache.
struct Projection: @unchecked Sendable {
  // Nothing writes through the pointer, and `Weights` keeps alive what it
  // points to: that is what “unchecked” vouches for.
  let elements: UnsafePointer<Float>
  let outputCount: Int
  let inputCount: Int
  let isInPanels: Bool

  /// What a matrix is applied to, and what becomes of it.
  struct Rows {
    let outputs: UnsafeMutablePointer<Float>  // (count, out)
    let inputs: UnsafePointer<Float>  // (count, in)
    /// What is added, (count, out), may be the outputs; `nil` for nothing.
    var residual: UnsafeMutablePointer<Float>?
    /// Whether negative outputs become 0.
    var rectifies = false
    let count: Int
  }

  /// Computes outputs = residual + inputs · weightsᵀ.
  ///
  /// An output does not depend on the number of rows or of threads.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - pool: Threads that share the outputs of a matrix in a file; `nil` for
  ///     the caller alone.
  func apply(to rows: Rows, pool: WorkerPool?) {
    if isInPanels {
      mgpt_kernels_in_use().pointee.linear_forward(
        rows.outputs, rows.inputs, elements, rows.residual,
        rows.rectifies ? 1 : 0, rows.count, inputCount, outputCount)
      return
    }
    var job = Job(matrix: self, rows: rows, pieceLength: outputCount)
    guard let pool else { return job.apply(piece: 0) }
    // One piece for each thread, of whole cache lines of outputs: memory is
    // fastest when it is read in long runs.
    job.pieceLength = mgpt_padded(
      (outputCount + pool.threadCount - 1) / pool.threadCount)
    let count = (outputCount + job.pieceLength - 1) / job.pieceLength
    withUnsafeMutablePointer(to: &job) { job in
      pool.perform(count: count, with: job) { job, piece, _ in
        job?.assumingMemoryBound(to: Job.self).pointee.apply(piece: piece)
      }
    }
  }

  /// A matrix at work; threads take its outputs in pieces.
  private struct Job {
    let matrix: Projection
    let rows: Rows
    var pieceLength: Int

    func apply(piece: Int) {
      let first = piece * pieceLength
      mgpt_kernels_in_use().pointee.linear(
        rows.outputs, rows.inputs, matrix.elements, rows.residual,
        rows.rectifies ? 1 : 0, rows.count, matrix.inputCount,
        matrix.outputCount, first,
        min(first + pieceLength, matrix.outputCount))
    }
  }
}
