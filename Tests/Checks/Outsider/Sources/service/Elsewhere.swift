import Dispatch
import MicroGPTSampler

/// Generates on a thread that nobody else waits for.
struct Writer: Sendable {
  let model: LanguageModel
  let queue = DispatchQueue(label: "texts")

  func texts(
    of prompts: [String], options: GenerationOptions
  ) async throws -> [String] {
    try await withCheckedThrowingContinuation { done in
      queue.async {
        done.resume(
          with: Result {
            try model.generate(prompts: prompts, options: options).map(\.text)
          })
      }
    }
  }
}
