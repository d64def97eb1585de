import ArgumentParser
import MicroGPTCommandLine
import MicroGPTParallel
import MicroGPTSampler

/// What all subcommands are told, and what they do with it.
struct BenchOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: "The most threads, 1 to 1024 (default: the processors).")
  var threads: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: "How often everything is measured, 1 to 1000.")
  var rounds = 5

  @Flag(
    name: .long,
    help: "Little work, to see that all of it runs; the figures mean little.")
  var quick = false

  @Flag(name: .long, help: "Print JSON, with the seconds of every round.")
  var json = false

  func validate() throws {
    try threads?.require(in: 1...1024, "--threads")
    try rounds.require(in: 1...1000, "--rounds")
  }

  /// Measures what a closure adds, and prints it.
  func measure(_ add: (inout Measurement) throws -> Void) throws {
    try CommandFailure.usage(InstructionSet.validateEnvironment)
    var bench = Measurement(
      size: quick ? .quick : .full,
      maximumThreadCount: threads ?? WorkerPool.processorCount)
    try add(&bench)
    let isLive = StandardError.isTerminal
    try bench.stopwatch.run(
      rounds: rounds, secondsEach: bench.size.secondsEach
    ) { round, work in
      guard isLive else { return }
      let stage = round.map { "round \($0) of \(rounds)" } ?? "warming up"
      StandardError.write("\r\(stage): \(work.group), \(work.name)\u{1B}[K")
    }
    if isLive { StandardError.write("\r\u{1B}[K") }
    let report = BenchReport(bench, rounds: rounds)
    try StandardOutput.write(json ? report.json : report.text)
  }
}
