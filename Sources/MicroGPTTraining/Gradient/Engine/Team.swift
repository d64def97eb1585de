import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// The threads that train, each with some memory of its own.
final class Team: Sendable {
  private let pool: WorkerPool?
  private let scratchBuffer: FloatBuffer  // (threads, scratchCount)
  private let scratchCount: Int

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - threadCount: The most of them, at least 1, the caller's included.
  ///   - extent: The work.
  /// - Throws: ``OutOfMemory``.
  init(threadCount: Int, extent: Extent) throws(OutOfMemory) {
    let threadCount = extent.threadCount(of: threadCount)
    pool = threadCount > 1 ? WorkerPool(threadCount: threadCount) : nil
    scratchCount = extent.scratchCount
    scratchBuffer = try FloatBuffer(
      count: threadCount * scratchCount, for: "the activations")
  }

  /// The number of threads.
  var threadCount: Int { pool?.threadCount ?? 1 }

  /// How many threads share some work: one if it takes less time than it takes
  /// to hand it out.
  ///
  /// - Parameter operations: The floating-point operations of tasks that are
  ///   handed out together.
  /// - Returns: 1, or the number of all threads.
  func threadCount(for operations: Int) -> Int {
    operations < 500_000 ? 1 : threadCount
  }

  /// The memory of a thread.
  func scratch(_ thread: Int) -> UnsafeMutablePointer<Float> {
    scratchBuffer.base + thread * scratchCount
  }

  /// Runs the tasks 0 to `count` − 1, in order if one thread is to run them.
  ///
  /// - Parameters:
  ///   - count: The number of tasks.
  ///   - threadCount: How many threads share them: one, or all.
  ///   - body: The task, given its number and that of its thread.
  func perform(
    _ count: Int, threadCount: Int, _ body: @Sendable (Int, Int) -> Void
  ) {
    if let pool, threadCount > 1 {
      pool.perform(count: count, body)
    } else {
      for index in 0..<count { body(index, 0) }
    }
  }
}
