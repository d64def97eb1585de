import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// Reads the weights of a model that lie in its checkpoint, and does nothing
/// with them.
final class WeightReader: Sendable {
  private let checkpoint: Checkpoint
  private let pool: WorkerPool

  init(_ checkpoint: Checkpoint, threadCount: Int) {
    self.checkpoint = checkpoint
    pool = WorkerPool(threadCount: threadCount)
  }

  /// The bytes of all weights.
  var byteCount: Int { 4 * checkpoint.manifest.configuration.parameterCount }

  /// Reads all of them, each thread a part of each matrix.
  func read() {
    for index in checkpoint.tensors.indices {
      guard let bytes = checkpoint.unsafeBytes(ofTensorAt: index) else {
        continue
      }
      let floats = Floats(all: bytes.assumingMemoryBound(to: Float.self))
      let threadCount = pool.threadCount
      pool.perform(count: threadCount) { thread in
        let count = floats.all.count
        let start = thread * count / threadCount
        if let base = floats.all.baseAddress {
          _ = mgpt_kernels_in_use().pointee.read_memory(
            base + start, (thread + 1) * count / threadCount - start)
        }
      }
    }
  }

  /// Nothing writes to them.
  private struct Floats: @unchecked Sendable {
    let all: UnsafeBufferPointer<Float>
  }
}
