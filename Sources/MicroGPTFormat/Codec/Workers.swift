import MicroGPTParallel

/// The threads that code and verify.
enum Workers {
  /// The decoded bytes up to which nothing is handed to other threads: less
  /// than a millisecond's work to verify, and no reason to start any.
  static let maximumSerialByteCount = 4 << 20

  /// As many as there are processors, started when they are first needed.
  private static let shared = WorkerPool(
    threadCount: WorkerPool.processorCount)

  /// The caller alone.
  private static let caller = WorkerPool(threadCount: 1)

  /// The threads for a piece of work.
  ///
  /// - Parameters:
  ///   - threadCount: How many are to be used, 1 or more; unless given, all
  ///     processors, or one for a small piece of work.
  ///   - byteCount: The decoded bytes of the work.
  /// - Returns: The threads.
  static func pool(threadCount: Int?, byteCount: Int) -> WorkerPool {
    switch threadCount {
    case nil: byteCount > maximumSerialByteCount ? shared : caller
    case 1: caller
    case let threadCount?: WorkerPool(threadCount: threadCount)
    }
  }

  /// The number of chunks that are coded at a time: two a thread, so that one
  /// that takes longer does not keep all waiting.
  static func batchCount(threadCount: Int) -> Int {
    threadCount > 1 ? 2 * threadCount : 1
  }
}
