import CMicroGPTSystem

/// A small pool of threads that run numbered tasks.
///
/// The caller of ``perform(count:_:)`` takes part, so a pool of one thread
/// makes none and runs the tasks in order. With more threads the order and
/// the thread of a task are left to chance: results must not depend on them.
public final class WorkerPool: Sendable {
  private typealias Body = @Sendable (Int, Int) -> Void

  // The C side locks where it must; `nil` is the caller alone.
  private nonisolated(unsafe) let pool: OpaquePointer?

  /// Creates a pool.
  ///
  /// - Parameter threadCount: The number of threads, the caller's included;
  ///   at least 1. The pool has fewer if the system refuses to make them, or
  ///   memory is short.
  public init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool has at least one thread")
    pool = mgpt_pool_create(threadCount)
  }

  deinit {
    mgpt_pool_destroy(pool)
  }

  /// The number of threads, the caller's included.
  public var threadCount: Int { mgpt_pool_threads(pool) }

  /// The number of processors that this process may run on, at least 1.
  public static var processorCount: Int { mgpt_processor_count() }

  /// Runs the tasks 0 to `count` − 1, each once, and returns when all have run.
  ///
  /// What a task wrote is visible to the caller afterwards. Several threads
  /// may call this at the same time, and a task may call it again: they share
  /// the workers and cannot lock up, since a caller runs all those of its
  /// tasks that no worker has begun, and waits only for such as are running.
  /// A task must not wait for another one. Handing tasks to sleeping threads
  /// costs some microseconds, so a task should take longer than that. Where
  /// there is a processor for each thread, they stay awake for fifty
  /// microseconds after a task.
  ///
  /// - Parameters:
  ///   - count: The number of tasks; with 0 nothing happens.
  ///   - body: The task, given its number.
  public func perform(count: Int, _ body: @Sendable (Int) -> Void) {
    perform(count: count) { index, _ in body(index) }
  }

  /// As above, for tasks that need something of their own for each thread.
  ///
  /// - Parameters:
  ///   - count: The number of tasks; with 0 nothing happens.
  ///   - body: The task, given its number and that of its thread: 0 for the
  ///     caller, below ``threadCount``, and no two alike at work for one call.
  public func perform(count: Int, _ body: @Sendable (Int, Int) -> Void) {
    precondition(count >= 0, "a negative number of tasks")
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { context in
        mgpt_pool_perform(
          pool, count,
          { context, index, thread in
            context?.assumingMemoryBound(to: Body.self).pointee(index, thread)
          }, UnsafeMutableRawPointer(mutating: context))
      }
    }
  }
  /// As above for a function without captures, so that nothing is allocated.
  ///
  /// - Parameters:
  ///   - count: The number of tasks.
  ///   - context: What the function is given, which it may share with other
  ///     threads.
  ///   - task: The task, given the context, its number and that of its thread.
  public func perform(
    count: Int, with context: UnsafeMutableRawPointer,
    _ task: @convention(c) (UnsafeMutableRawPointer?, Int, Int) -> Void
  ) {
    precondition(count >= 0, "a negative number of tasks")
    mgpt_pool_perform(pool, count, task, context)
  }
}
