#if Server
import NIOConcurrencyHelpers
import NIOPosix

/// Runs work that blocks on NIO's threads, one a processor, first come first
/// served.
///
/// NIO's own queue keeps what is cancelled until its turn comes; here it leaves
/// at once.
final class WorkQueue: Sendable {
  /// Work that waits.
  private struct Item {
    let number: UInt64
    /// Does the work, or says that it was cancelled.
    let run: @Sendable (_ isCancelled: Bool) -> Void
  }

  private struct State {
    var items: [Item] = []
    var nextNumber: UInt64 = 0
    /// The turns that NIO's queue holds: at least one for each item.
    var turnCount = 0
    var runningCount = 0
  }

  private let state = NIOLockedValueBox(State())

  /// The number of items that wait.
  var waitingCount: Int { state.withLockedValue { $0.items.count } }

  /// The number of items that run.
  var runningCount: Int { state.withLockedValue { $0.runningCount } }

  /// Does work on a thread.
  ///
  /// - Parameter body: The work, which may ask whether its task is cancelled.
  /// - Returns: What it returns.
  /// - Throws: What it throws; `CancellationError` if it was cancelled before
  ///   its turn.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Value
  ) async throws -> Value {
    let flag = NIOLockedValueBox(false)
    let number = state.withLockedValue { state in
      defer { state.nextNumber += 1 }
      return state.nextNumber
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let item = Item(number: number) { isCancelled in
          guard !isCancelled else {
            return continuation.resume(throwing: CancellationError())
          }
          continuation.resume(
            with: Result { try body { flag.withLockedValue { $0 } } })
        }
        add(item, flag)
      }
    } onCancel: {
      flag.withLockedValue { $0 = true }
      remove(number)?.run(true)
    }
  }

  /// Puts an item at the end, unless it is cancelled already.
  private func add(_ item: Item, _ flag: NIOLockedValueBox<Bool>) {
    let (isCancelled, needsTurn) = state.withLockedValue { state in
      guard !flag.withLockedValue({ $0 }) else { return (true, false) }
      state.items.append(item)
      let needsTurn = state.turnCount < state.items.count
      if needsTurn { state.turnCount += 1 }
      return (false, needsTurn)
    }
    if isCancelled { item.run(true) }
    if needsTurn {
      NIOThreadPool.singleton.submit { _ in self.takeTurn() }
    }
  }

  private func remove(_ number: UInt64) -> Item? {
    state.withLockedValue { state in
      state.items.firstIndex { $0.number == number }
        .map { state.items.remove(at: $0) }
    }
  }

  /// Runs the first item, if there is one.
  private func takeTurn() {
    let item = state.withLockedValue { state -> Item? in
      state.turnCount -= 1
      guard !state.items.isEmpty else { return nil }
      state.runningCount += 1
      return state.items.removeFirst()
    }
    guard let item else { return }
    item.run(false)
    state.withLockedValue { $0.runningCount -= 1 }
  }
}
#endif
