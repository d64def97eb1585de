import MicroGPTCommandLine
import MicroGPTParallel
import MicroGPTSampler

/// All results, as a person or a program reads them.
struct BenchReport {
  let results: [WorkResult]
  let machine: String
  let rounds: Int
  let isQuick: Bool
  let notes: [String]
  /// The part of their time for which works of one thread had a processor.
  let presence: Double

  init(_ bench: Measurement, rounds: Int) {
    results = bench.stopwatch.works.indices.map {
      WorkResult($0, in: bench.stopwatch)
    }
    machine =
      "\(InstructionSet.current.name), \(counted(WorkerPool.processorCount, "processor"))"
    self.rounds = rounds
    isQuick = bench.size.secondsEach == 0
    notes = bench.notes
    let alone = results.filter { $0.work.threadCount == 1 }.map(\.times)
    presence = min(
      1,
      alone.flatMap(\.processor).reduce(0, +)
        / alone.flatMap(\.elapsed).reduce(0, +))
  }

  /// A table for each group.
  var text: String {
    var groups: [String] = []
    for result in results where !groups.contains(result.work.group) {
      groups.append(result.work.group)
    }
    let head = [
      "machine  \(machine); a thread had one for"
        + " \((100 * presence).formatted(decimals: 0)) % of the time",
      "figures  medians and quartiles over \(counted(rounds, "round"))"
        + (isQuick ? " of too little work to mean much" : ""),
    ]
    return ((head + notes).map { $0 + "\n" } + groups.map(table)).joined()
  }

  private func table(_ group: String) -> String {
    let results = results.filter { $0.work.group == group }
    // A limit has none, and a figure may itself be the load a second.
    let hasLimit = results.contains { $0.ofLimit != nil }
    let hasRate = results.contains { $0.rate != nil }
    var table = TextTable(
      headings: [group, "threads", "median", "quartiles", ""]
        + (hasRate ? [""] : [])
        + (hasLimit ? ["of the limit, a core", "× 1 thread"] : []),
      rightAligned: hasRate ? [1, 2, 5, 7] : [1, 2, 6])
    for result in results {
      let (work, figure) = (result.work, result.figure)
      let rate = result.rate.map {
        "\(significant($0.median)) \(work.load.rateUnit)"
      }
      let ofLimit = result.ofLimit.flatMap { part in
        result.limitName.map { "\(part.median.formatted(decimals: 2)) × \($0)" }
      }
      let speedUp = result.speedUp?.median.formatted(decimals: 2)
      table.append(
        [
          work.name, "\(work.threadCount)", significant(figure.median),
          "\(significant(figure.low))–\(significant(figure.high))", work.unit,
        ] + (hasRate ? [rate ?? ""] : [])
          + (hasLimit ? [ofLimit ?? "", speedUp ?? ""] : []))
    }
    return "\n" + table.text
  }
}

/// A positive number with three or more digits that count.
private func significant(_ value: Double) -> String {
  switch value {
  case 1000..<1e15: Int(value.rounded()).groupedDescription
  case 100..<1000: value.formatted(decimals: 0)
  case 10..<100: value.formatted(decimals: 1)
  case 1..<10: value.formatted(decimals: 2)
  default: value.formatted(decimals: 3)
  }
}
