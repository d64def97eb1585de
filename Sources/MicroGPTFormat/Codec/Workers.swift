import MicroGPTParallel

/// The threads that code and verify.
enum Workers {
  /// The decoded bytes up to which nothing is handed to other threads: less
  /// than a millisecond's work to verify, and no reason to start any.
  static let greatestSerialByteCount = 4 << 20

  /// As many as there are processors, started when they are first needed.
  private static let shared = WorkerPool(
    threadCount: WorkerPool.processorCount)

  /// The caller alone.
  private static let caller = WorkerPool(threadCount: 1)

  /// The threads for a piece of work.
  ///
  /// - Parameters:
  ///   - threads: How many are to be used, 1 or more; unless given, all
  ///     processors, or one for a small piece of work.
  ///   - byteCount: The decoded bytes of the work.
  /// - Returns: The threads.
  static func pool(threads: Int?, byteCount: Int) -> WorkerPool {
    switch threads {
    case nil: byteCount > greatestSerialByteCount ? shared : caller
    case 1: caller
    case let threads?: WorkerPool(threadCount: threads)
    }
  }

  /// The number of chunks that are coded at a time: two a thread, so that one
  /// that takes longer does not keep all waiting.
  static func batchCount(threads: Int) -> Int { threads > 1 ? 2 * threads : 1 }
}
