/// Takes the times of several things in turn, so that what else the machine
/// does falls on all of them alike.
struct Stopwatch {
  private var works: [() throws -> Void] = []
  private var seconds: [[Double]] = []  // (works, rounds)

  /// Adds a thing to measure: its number.
  mutating func add(_ work: @escaping () throws -> Void) -> Int {
    works.append(work)
    seconds.append([])
    return works.count - 1
  }

  /// Does everything once to warm up, then so many times against the clock.
  mutating func run(rounds: Int) throws {
    for work in works { try work() }
    let clock = ContinuousClock()
    for _ in 0..<rounds {
      for (index, work) in works.enumerated() {
        let time = try clock.measure(work).components
        seconds[index].append(
          Double(time.seconds) + Double(time.attoseconds) * 1e-18)
      }
    }
  }

  /// The median time in seconds.
  func median(_ work: Int) -> Double { Self.median(seconds[work]) }

  /// How often one goes into the time of the other: the median over rounds.
  func ratio(_ one: Int, into other: Int) -> Double {
    Self.median(zip(seconds[one], seconds[other]).map { $1 / $0 })
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
