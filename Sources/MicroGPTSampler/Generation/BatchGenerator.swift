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
  func samples(of prompts: [Prompt], firstIndex: UInt64) -> [Sample] {
    let drafts = Drafts(
      all: prompts.enumerated().map { place, prompt in
        Draft(
          model, rules, prompt: prompt.tokens,
          index: firstIndex &+ UInt64(place))
      })
    if let pool = model.pool, model.weights.isSmall {
      let share = (prompts.count + pool.threadCount - 1) / pool.threadCount
      pool.perform(count: pool.threadCount) { thread in
        let start = min(thread * share, drafts.all.count)
        finish(drafts.all[start..<min(start + share, drafts.all.count)])
      }
    } else {
      finish(drafts.all[...])
    }
    return zip(prompts, drafts.all).map { prompt, draft in
      draft.sample(prompt: prompt.text, model.vocabulary)
    }
  }

  /// No two threads touch the same one.
  private struct Drafts: @unchecked Sendable {
    let all: [Draft]
  }

  /// Generates texts to their ends.
  private func finish(_ drafts: ArraySlice<Draft>) {
    let width = min(model.batchWidth, drafts.count)
    let batch = Batch(model, rules, count: width)
    var waiting = drafts.filter { $0.ending == nil }.makeIterator()
    var count = 0
    repeat {
      count = batch.refill { waiting.next() }
      batch.step()
    } while count > 0
  }
}
