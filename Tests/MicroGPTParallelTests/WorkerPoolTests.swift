import MicroGPTParallel
import Synchronization
import Testing

/// Counts how often each task ran, in a way that a race would show.
private func runs(_ pool: WorkerPool, count: Int) -> [Int] {
  let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: count)
  counts.initialize(repeating: 0)
  defer { counts.deallocate() }
  nonisolated(unsafe) let cells = counts
  pool.perform(count: count) { index in cells[index] += 1 }
  return Array(counts)
}

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 3, 8])
  func everyTaskRunsOnce(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    #expect(pool.threadCount == threads)
    for count in [0, 1, 2, 3, 7, 8, 9, 1000] {
      #expect(runs(pool, count: count) == Array(repeating: 1, count: count))
    }
  }

  @Test func manyCallsReuseThePool() {
    let pool = WorkerPool(threadCount: 4)
    for round in 0..<500 {
      let count = 1 + round % 5
      #expect(runs(pool, count: count) == Array(repeating: 1, count: count))
    }
  }

  @Test func oneThreadRunsInOrder() {
    let pool = WorkerPool(threadCount: 1)
    nonisolated(unsafe) var order: [Int] = []
    pool.perform(count: 10) { index in order.append(index) }
    #expect(order == Array(0..<10))
  }

  @Test func workersTakePart() {
    // Each task waits for the other, so two threads must run them.
    let pool = WorkerPool(threadCount: 2)
    let begun = Counter()
    pool.perform(count: 2) { _ in
      begun.increment()
      while begun.value < 2 {}
    }
    #expect(begun.value == 2)
  }

  @Test func tasksMayUseThePool() {
    let pool = WorkerPool(threadCount: 3)
    let total = Counter()
    pool.perform(count: 5) { _ in
      pool.perform(count: 7) { _ in
        pool.perform(count: 3) { _ in total.increment() }
      }
    }
    #expect(total.value == 5 * 7 * 3)
  }

  @Test func callersShareAPool() async {
    let pool = WorkerPool(threadCount: 2)
    await withTaskGroup(of: [Int].self) { group in
      for caller in 1...8 {
        group.addTask { runs(pool, count: 50 * caller) }
      }
      for await counts in group {
        #expect(counts.allSatisfy { $0 == 1 })
      }
    }
  }

  @Test func poolsComeAndGo() {
    for threads in 1...20 {
      let pool = WorkerPool(threadCount: threads)
      #expect(runs(pool, count: 3) == [1, 1, 1])
    }
  }

  @Test func thereIsAProcessor() {
    #expect(WorkerPool.processorCount >= 1)
  }
}

/// An atomic number; a class, so that closures can share it.
private final class Counter: Sendable {
  private let number = Atomic(0)
  var value: Int { number.load(ordering: .relaxed) }
  func increment() { number.add(1, ordering: .relaxed) }
}
