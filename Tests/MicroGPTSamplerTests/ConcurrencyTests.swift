import MicroGPTSampler
import Testing

/// Many tasks that use one model at once.
@Suite struct ConcurrencyTests {
  @Test(arguments: [1, 3])
  func textsBatchesAndScoresDoNotDisturbEachOther(threads: Int) async throws {
    let model = try TestModel(layerCount: 2).opened(threadCount: threads)
    let options = GenerationOptions(
      seed: 6, temperature: 1, topK: 9, topP: 0.9, repetitionPenalty: 1.2,
      minimumLength: 20, maximumLength: 20, contextOverflow: .slide,
      reportsLogProbabilities: true)
    let alone = try model.generate(prompt: "ab", options: options, index: 7)
    let score = try model.score("abracadabra")
    await withTaskGroup(of: Bool.self) { group in
      for kind in 0..<24 {
        group.addTask {
          do {
            switch kind % 4 {
            case 0:
              return try model.generate(
                prompt: "ab", options: options, index: 7) == alone
            case 1:
              return try model.generate(
                prompts: [String](repeating: "ab", count: 30),
                options: options, firstIndex: 0)[7] == alone
            case 2:
              let stream = try model.characterStream(
                prompt: "ab", options: options, index: 7)
              let text = await stream.reduce(into: "") {
                $0.unicodeScalars.append($1.scalar)
              }
              return text == alone.continuation
            default: return try model.score("abracadabra") == score
            }
          } catch { return false }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
