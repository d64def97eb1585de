import MicroGPTFormat
import MicroGPTParallel

/// Generates many texts at once.
///
/// Threads share the weights of a large model, which are read once for all
/// texts; of a small one each thread has texts of its own.
struct BatchGenerator: Sendable {
  let model: LanguageModel
  let rules: TokenRules

  init(_ model: LanguageModel, _ rules: TokenRules) {
    self.model = model
    self.rules = rules
  }

  /// Makes the texts of some prompts.
  ///
  /// - Parameters:
  ///   - prompts: The prompts.
  ///   - firstIndex: The index of the first text.
  /// - Returns: The texts in the order of the prompts.
  /// - Throws: ``GenerationError`` of the first thread that has one.
  func samples(
    of prompts: Prompts, firstIndex: UInt64
  ) throws(GenerationError) -> [Sample] {
    try GenerationError.memory { () throws(OutOfMemory) in
      try checkMemory(prompts)
    }
    let threadCount =
      model.weights.fitInCache ? model.pool?.threadCount ?? 1 : 1
    var failures = [GenerationError?](repeating: nil, count: threadCount)
    let samples = failures.withUnsafeMutableBufferPointer { failures in
      [Sample](unsafeUninitializedCapacity: prompts.count) { room, count in
        guard let start = room.baseAddress else { return }
        let isMade = UnsafeMutableBufferPointer<Bool>.allocate(
          capacity: prompts.count)
        isMade.initialize(repeating: false)
        defer { isMade.deallocate() }
        let job = Job(
          prompts: prompts, firstIndex: firstIndex, samples: start,
          isMade: isMade, failures: failures)
        if let pool = model.pool, threadCount > 1 {
          let share = (prompts.count + threadCount - 1) / threadCount
          pool.perform(count: threadCount) { thread in
            let first = min(thread * share, prompts.count)
            run(first..<min(first + share, prompts.count), thread, of: job)
          }
        } else {
          run(0..<prompts.count, 0, of: job)
        }
        if failures.allSatisfy({ $0 == nil }) {
          count = prompts.count
        } else {
          for place in isMade.indices where isMade[place] {
            (start + place).deinitialize(count: 1)
          }
        }
      }
    }
    for failure in failures { if let failure { throw failure } }
    return samples
  }

  /// Checks that there is memory for texts as long as their prompts, at least.
  private func checkMemory(_ prompts: Prompts) throws(OutOfMemory) {
    try OutOfMemory.check(
      prompts.count, times: MemoryLayout<Sample>.stride + 64, for: "the texts")
    try OutOfMemory.check(
      prompts.maximumTokenCount * min(prompts.count, model.batchWidth),
      times: 2 * MemoryLayout<Int>.stride, for: "the prompts")
  }

  /// What threads work at, each at places of its own.
  private struct Job: @unchecked Sendable {
    let prompts: Prompts
    let firstIndex: UInt64
    let samples: UnsafeMutablePointer<Sample>  // (prompts)
    let isMade: UnsafeMutableBufferPointer<Bool>  // (prompts)
    let failures: UnsafeMutableBufferPointer<GenerationError?>  // (threads)
  }

  /// Makes the texts at some places, or says why not.
  private func run(_ places: Range<Int>, _ thread: Int, of job: Job) {
    do { try make(places, of: job) } catch { job.failures[thread] = error }
  }

  /// Whether the texts at some places have one prompt that is worth sharing:
  /// that of several, and the context does not slide at once.
  private func sharesPrompt(_ places: Range<Int>, _ job: Job) -> Bool {
    guard places.count > 1, let tokens = job.prompts.commonTokens(of: places)
    else { return false }
    return tokens.count < model.configuration.blockSize
  }

  /// Makes the texts at some places.
  private func make(
    _ places: Range<Int>, of job: Job
  ) throws(GenerationError) {
    // What goes through the model: the texts at these places, in this order.
    var current = Array(places.prefix(model.batchWidth))
    var waiting = places.dropFirst(model.batchWidth)
    func index(_ place: Int) -> UInt64 { job.firstIndex &+ UInt64(place) }
    var batch = try GenerationError.memory { () throws(OutOfMemory) in
      try TextBatch(
        model, rules, count: current.count,
        sharesPrompt: sharesPrompt(places, job), othersFollow: !waiting.isEmpty
      ) { row in
        Draft(
          model, rules, prompt: job.prompts.tokens(of: current[row]),
          index: index(current[row]))
      }
    }
    try batch.readSharedPrompt()
    var live = Array(current.indices)
    while !live.isEmpty {
      var going = 0  // those that go on, which move up
      // By position: to hold the array here would copy it with each token.
      for position in live.indices {
        let row = live[position]
        var hasNext = true
        while hasNext, batch.drafts[row].finishReason != nil {
          (job.samples + current[row]).initialize(
            to: batch.drafts[row].sample(
              prompt: job.prompts.text(of: current[row]), model.vocabulary))
          job.isMade[current[row]] = true
          if let next = waiting.popFirst() {
            current[row] = next
            try batch.begin(
              row, prompt: job.prompts.tokens(of: next),
              streamIndex: index(next))
          } else {
            hasNext = false
          }
        }
        guard hasNext else { continue }
        live[going] = row
        going += 1
      }
      live.removeLast(live.count - going)
      try batch.step()
    }
  }
}

extension LanguageModel {
  /// The number of texts that go through the model together: enough to fill the
  /// vector registers, few enough for their keys and values to fit in memory.
  fileprivate var batchWidth: Int { weights.fitInCache ? 48 : 16 }

  /// The number of texts that are well made at once, for whoever has more
  /// prompts than that and gives them to
  /// ``generate(prompts:options:firstIndex:)`` part by part: some milliseconds
  /// of work for names, if the model is small.
  public var preferredBatchSize: Int {
    let size = max(
      batchWidth, min(1 << 13, (1 << 25) / configuration.parameterCount))
    return weights.fitInCache ? size * (pool?.threadCount ?? 1) : size
  }
}
