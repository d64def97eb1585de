import MicroGPTSampler
import Testing

/// The texts that the specification's own program gives.
@Suite struct TextFixtureTests {
  @Test(arguments: [1, 2, 3])
  func everyWayGivesTheTextsOfTheFixture(threads: Int) async throws {
    let texts = try TextFixture.read().texts
    #expect(texts.count > 100)
    var models: [String: LanguageModel] = [:]
    for text in texts {
      let model =
        try models[text.model]
        ?? TextFixture.model(text.model, threads: threads)
      models[text.model] = model
      let seed = try #require(UInt64(text.seed))
      let index = try #require(UInt64(text.index))
      let samples = try await model.everyWay(
        prompt: text.prompt,
        options: GenerationOptions(text.options, seed: seed),
        index: index)
      for (way, sample) in samples {
        let place = "\(text.shows), index \(index), by \(way)"
        #expect(sample.text == text.text, "\(place)")
        #expect(sample.continuation == text.continuation, "\(place)")
        #expect(sample.prompt == text.prompt, "\(place)")
        #expect(sample.finishReason.rawValue == text.ending, "\(place)")
        #expect(sample.seed == seed && sample.index == index, "\(place)")
        #expect(
          sample.promptTokenCount == text.prompt.unicodeScalars.count
            && sample.continuationTokenCount
              == text.continuation.unicodeScalars.count,
          "\(place)")
        let found = try #require(sample.logProbabilities)
        #expect(
          found.count == text.logProbabilities.count
            && zip(found, text.logProbabilities).allSatisfy {
              abs($0 - $1) < TextFixture.tolerance
            }, "\(place): \(found)")
      }
    }
  }

  @Test func scoresAreThoseOfTheFixture() throws {
    let texts = try TextFixture.read().scores
    #expect(texts.count > 10)
    for text in texts {
      let score = try TextFixture.model(text.model, threads: 1).score(text.text)
      #expect(score.logProbabilities.count == text.logProbabilities.count)
      for (found, expected) in zip(
        score.logProbabilities, text.logProbabilities)
      {
        #expect(abs(found - expected) < TextFixture.tolerance, "\(text)")
      }
      #expect(
        (score.endLogProbability == nil) == (text.endLogProbability == nil))
      let end = (score.endLogProbability ?? 0) - (text.endLogProbability ?? 0)
      #expect(abs(end) < TextFixture.tolerance, "\(text)")
    }
  }
}
