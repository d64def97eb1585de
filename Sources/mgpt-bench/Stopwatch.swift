#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Takes the times of several works in turn, so that whatever else the machine
/// does falls on all of them alike.
struct Stopwatch {
  struct Work {
    let name: String
    let threads: Int
    fileprivate let body: () throws -> Void
    fileprivate var elapsed: [Double] = []  // (rounds)
    fileprivate var processor: [Double] = []  // (rounds)

    /// The median time in seconds.
    var seconds: Double { Stopwatch.median(elapsed) }

    /// How many times as fast it is as another work by the time that processors
    /// work, all of them together: the median over the rounds.
    func ratio(to other: Work) -> Double {
      Stopwatch.median(zip(processor, other.processor).map { $1 / $0 })
    }
  }

  private(set) var works: [Work] = []

  /// Adds a work.
  ///
  /// - Returns: Its place in ``works``.
  @discardableResult
  mutating func add(
    _ name: String, threads: Int, _ body: @escaping () throws -> Void
  ) -> Int {
    works.append(Work(name: name, threads: threads, body: body))
    return works.count - 1
  }

  /// Does everything once to warm up, then so many times against the clock.
  mutating func run(rounds: Int) throws {
    for work in works { try work.body() }
    for _ in 0..<rounds {
      for index in works.indices {
        let (elapsed, processor) = (
          Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID)
        )
        try works[index].body()
        works[index].elapsed.append(Self.now(CLOCK_MONOTONIC) - elapsed)
        works[index].processor.append(
          Self.now(CLOCK_PROCESS_CPUTIME_ID) - processor)
      }
    }
  }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
