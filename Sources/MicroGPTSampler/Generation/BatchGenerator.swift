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
  func samples(of prompts: Prompts, firstIndex: UInt64) -> [Sample] {
    [Sample](unsafeUninitializedCapacity: prompts.count) { room, count in
      count = prompts.count
      guard let start = room.baseAddress else { return }
      let job = Job(prompts: prompts, firstIndex: firstIndex, samples: start)
      if let pool = model.pool, model.weights.isSmall {
        let share = (prompts.count + pool.threadCount - 1) / pool.threadCount
        pool.perform(count: pool.threadCount) { thread in
          let first = min(thread * share, prompts.count)
          make(first..<min(first + share, prompts.count), of: job)
        }
      } else {
        make(0..<prompts.count, of: job)
      }
    }
  }

  /// What threads work at, each at places of its own.
  private struct Job: @unchecked Sendable {
    let prompts: Prompts
    let firstIndex: UInt64
    let samples: UnsafeMutablePointer<Sample>  // (prompts)
  }

  /// The prompt of all texts at some places; `nil` if they differ, it is not
  /// worth it, or the context slides at once.
  private func sharedPrompt(_ places: Range<Int>, _ job: Job) -> [Int]? {
    guard places.count > 1,
      let tokens = job.prompts.commonTokens(of: places),
      tokens.count < model.configuration.blockSize
    else { return nil }
    return tokens
  }

  /// Makes the texts at some places.
  private func make(_ places: Range<Int>, of job: Job) {
    // What goes through the model: the texts at these places, in this order.
    var current = Array(places.prefix(model.batchWidth))
    var waiting = places.dropFirst(model.batchWidth)
    func index(_ place: Int) -> UInt64 { job.firstIndex &+ UInt64(place) }
    var batch = Batch(
      model, rules, count: current.count,
      sharedPrompt: sharedPrompt(places, job), othersFollow: !waiting.isEmpty
    ) { row in
      Draft(
        model, rules, prompt: job.prompts.tokens(of: current[row]),
        index: index(current[row]))
    }
    var live = Array(current.indices)
    while !live.isEmpty {
      live.removeAll { row in
        while batch.drafts[row].ending != nil {
          (job.samples + current[row]).initialize(
            to: batch.drafts[row].sample(
              prompt: job.prompts.text(of: current[row]), model.vocabulary))
          guard let next = waiting.popFirst() else { return true }
          current[row] = next
          batch.begin(
            row, prompt: job.prompts.tokens(of: next), index: index(next))
        }
        return false
      }
      batch.step()
    }
  }
}
