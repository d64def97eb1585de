/// What came out of one work.
struct WorkResult {
  let work: Work
  let times: Stopwatch.Times
  let figure: Quartiles
  /// The load a second; `nil` where the figure is just that.
  let rate: Quartiles?
  let limitName: String?
  let ofLimit: Quartiles?
  /// How many times as fast as on one thread.
  let speedUp: Quartiles?

  init(_ place: Int, in stopwatch: Stopwatch) {
    let (work, times) = (stopwatch.works[place], stopwatch.times[place])
    self.work = work
    self.times = times
    // One thread never waits but for a processor that others use.
    let seconds = work.threadCount == 1 ? times.processor : times.elapsed
    figure = Quartiles(seconds.map(work.figure(seconds:)))
    if case .rate = work.figure {
      rate = nil
    } else {
      rate = Quartiles(seconds.map(work.rate(seconds:)))
    }
    limitName = work.limit.map { stopwatch.works[$0].name }
    ofLimit = work.limit == nil ? nil : Quartiles(times.ofLimit)
    let alone = stopwatch.works.firstIndex {
      $0.group == work.group && $0.name == work.name && $0.threadCount == 1
    }
    speedUp = alone.flatMap { alone in
      guard alone != place else { return nil }
      // Works on more threads may do more in a run.
      let (one, share) = (
        stopwatch.times[alone].elapsed, stopwatch.works[alone]
      )
      let factor = work.load.amount / share.load.amount
      return Quartiles(zip(one, times.elapsed).map { factor * $0 / $1 })
    }
  }
}

/// The median of some numbers and the quartiles around it.
struct Quartiles {
  let low: Double
  let median: Double
  let high: Double

  /// - Parameter values: At least one.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    // Between neighbours in proportion: a quarter of 4 steps is the second
    // of 5 values.
    func at(_ part: Double) -> Double {
      let position = part * Double(sorted.count - 1)
      let (index, rest) = (Int(position), position - position.rounded(.down))
      let next = sorted[min(index + 1, sorted.count - 1)]
      return sorted[index] + rest * (next - sorted[index])
    }
    (low, median, high) = (at(0.25), at(0.5), at(0.75))
  }
}
