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
  /// The times of a work.
  struct Times {
    /// The seconds of a run.
    var elapsed: [Double] = []  // (rounds)
    /// The seconds that processors worked for it, all of them together.
    var processor: [Double] = []  // (rounds)
    /// The part of the limit that a processor reached while it worked.
    var ofLimit: [Double] = []  // (rounds); empty without a limit
    fileprivate var repetitions = 1
  }

  private(set) var works: [Work] = []
  private(set) var times: [Times] = []

  /// Adds a work.
  ///
  /// - Returns: Its place in ``works``.
  @discardableResult
  mutating func add(_ work: Work) -> Int {
    works.append(work)
    times.append(Times())
    return works.count - 1
  }

  /// Warms up, then takes the time of everything, so many times.
  ///
  /// A work's limit is timed just before it, since nothing lasts on a shared
  /// machine.
  ///
  /// - Parameters:
  ///   - rounds: How many times.
  ///   - secondsEach: A work is repeated to last at least half as long.
  ///   - progress: Told of each round, from 1, and work; of no round while
  ///     warming up.
  /// - Throws: What a work throws.
  mutating func run(
    rounds: Int, secondsEach: Double, progress: (Int?, Work) -> Void
  ) throws {
    for place in works.indices {
      progress(nil, works[place])
      while try time(place).elapsed * Double(times[place].repetitions)
        < secondsEach / 2
      { times[place].repetitions *= 2 }
    }
    for round in 1...rounds {
      for place in works.indices {
        progress(round, works[place])
        let limit = try works[place].limit.map { limit in
          try time(limit).processor / works[limit].load.amount
        }
        let (elapsed, processor) = try time(place)
        times[place].elapsed.append(elapsed)
        times[place].processor.append(processor)
        if let limit {
          times[place].ofLimit.append(
            limit / (processor / works[place].load.amount))
        }
      }
    }
  }

  /// The seconds of a run of a work, the mean over its repetitions.
  private func time(
    _ place: Int
  ) throws -> (elapsed: Double, processor: Double) {
    let (body, count) = (works[place].body, times[place].repetitions)
    let elapsed = now(CLOCK_MONOTONIC)
    let processor = now(CLOCK_PROCESS_CPUTIME_ID)
    for _ in 0..<count { try body() }
    return (
      (now(CLOCK_MONOTONIC) - elapsed) / Double(count),
      (now(CLOCK_PROCESS_CPUTIME_ID) - processor) / Double(count)
    )
  }

  private func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
