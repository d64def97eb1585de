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
      [Sample](unsafeUninitializedCapacity: prompts.count) { buffer, count in
        guard let start = buffer.baseAddress else { return }
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
          for text in isMade.indices where isMade[text] {
            (start + text).deinitialize(count: 1)
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

  /// What threads work at, each at texts of its own.
  private struct Job: @unchecked Sendable {
    let prompts: Prompts
    let firstIndex: UInt64
    let samples: UnsafeMutablePointer<Sample>  // (prompts)
    let isMade: UnsafeMutableBufferPointer<Bool>  // (prompts)
    let failures: UnsafeMutableBufferPointer<GenerationError?>  // (threads)
  }

  /// Makes some texts, or notes why not.
  private func run(_ texts: Range<Int>, _ thread: Int, of job: Job) {
    do { try make(texts, of: job) } catch { job.failures[thread] = error }
  }

  /// Whether texts have one prompt that is worth sharing: that of several, and
  /// the context does not slide at once.
  private func sharesPrompt(_ texts: Range<Int>, _ job: Job) -> Bool {
    guard texts.count > 1, let tokens = job.prompts.commonTokens(of: texts)
    else { return false }
    return tokens.count < model.configuration.blockSize
  }

  /// Makes some texts.
  private func make(_ texts: Range<Int>, of job: Job) throws(GenerationError) {
    // The texts in the batch, by their indices there.
    var current = Array(texts.prefix(model.batchWidth))
    var waiting = texts.dropFirst(model.batchWidth)
    func streamIndex(_ text: Int) -> UInt64 { job.firstIndex &+ UInt64(text) }
    var batch = try GenerationError.memory { () throws(OutOfMemory) in
      try TextBatch(
        model, rules, count: current.count,
        sharesPrompt: sharesPrompt(texts, job), othersFollow: !waiting.isEmpty
      ) { index in
        Draft(
          model, rules, prompt: job.prompts.tokens(of: current[index]),
          index: streamIndex(current[index]))
      }
    }
    try batch.readSharedPrompt()
    while true {
      var hasUnfinished = false
      for index in current.indices {
        while batch.drafts[index].finishReason != nil,
          !job.isMade[current[index]]
        {
          let text = current[index]
          (job.samples + text).initialize(
            to: batch.drafts[index].sample(
              prompt: job.prompts.text(of: text), model.vocabulary))
          job.isMade[text] = true
          guard let next = waiting.popFirst() else { break }
          current[index] = next
          try batch.begin(
            index, prompt: job.prompts.tokens(of: next),
            streamIndex: streamIndex(next))
        }
        if batch.drafts[index].finishReason == nil { hasUnfinished = true }
      }
      guard hasUnfinished else { return }
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
