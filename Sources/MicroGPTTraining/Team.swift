import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// The threads that train, each with some memory of its own.
final class Team: Sendable {
  private let pool: WorkerPool?
  private let scratch: FloatBuffer  // (threads, scratchCount)
  private let scratchCount: Int

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - threadCount: Their number, at least 1, the caller's included.
  ///   - scratchCount: How many floats each has for its own use.
  init(threadCount: Int, scratchCount: Int) {
    pool = threadCount > 1 ? WorkerPool(threadCount: threadCount) : nil
    self.scratchCount = scratchCount
    scratch = FloatBuffer(count: threadCount * scratchCount)
  }

  /// How many threads share some work: one if it takes less time than it takes
  /// to hand it out.
  ///
  /// - Parameter operations: The floating-point operations of all tasks.
  func threadCount(for operations: Int) -> Int {
    operations < 1_000_000 ? 1 : pool?.threadCount ?? 1
  }

  /// Runs the tasks 0 to `count` − 1, in order if one thread is to run them.
  func perform(
    _ count: Int, threads: Int,
    _ body: @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    if let pool, threads > 1 {
      pool.perform(count: count) { [scratch, scratchCount] index, thread in
        body(index, scratch.base + thread * scratchCount)
      }
    } else {
      for index in 0..<count { body(index, scratch.base) }
    }
  }
}
