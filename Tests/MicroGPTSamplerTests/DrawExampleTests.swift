import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTSampler

/// The examples of section 14 of the specification.
@Suite struct DrawExampleTests {
  @Test(arguments: [("draws", 5), ("filters", 10)])
  func tokensAreDrawnAsSpecified(block: String, count: Int) throws {
    let examples = try SpecificationExample.all(
      block,
      keys: ["seed", "i", "temperature", "top_k", "top_p", "min_p"])
    #expect(examples.count == count)
    for example in examples {
      let logits: [Float] = try example.numbers("logits")
      let tokens: [Int] = try example.numbers("tokens")
      let options = GenerationOptions(
        temperature: try #require(example.number("temperature")),
        topK: example.number("top_k"), topP: example.number("top_p") ?? 1,
        minP: example.number("min_p") ?? 0)
      let seed: UInt64 = try #require(example.number("seed"))
      let stream: UInt64 = try #require(example.number("i"))
      let drawn = try draws(
        logits, options, count: tokens.count,
        SamplerRandom(seed: seed, stream: stream))
      #expect(tokens.count == 12 && drawn == tokens, "\(example)")

      // So many draws have every token that is kept.
      if example.details["kept"] != nil {
        let kept: [Int] = try example.numbers("kept")
        let many = try draws(
          logits, options, count: 500, SamplerRandom(seed: 0, stream: 0))
        #expect(Set(many).sorted() == kept, "\(example)")
      }
    }
  }

  @Test func repetitionCostsWhatIsSpecified() throws {
    let examples = try SpecificationExample.all(
      "penalties", keys: ["penalty", "context"])
    #expect(examples.count == 5)
    for example in examples {
      let penalty: Float = try #require(example.number("penalty"))
      let context = try #require(example.values["context"]).map {
        try #require(Int($0))
      }
      let logits: [Float] = try example.numbers("logits")
      // One more for BOS, which bears no penalty.
      let become = try ruled(
        logits + [2], GenerationOptions(repetitionPenalty: penalty), at: 1,
        context: context)
      let expected: [Float] = try example.numbers("become")
      #expect(become == expected + [2], "\(example)")
    }
  }

  @Test func stopStringsEndAsSpecified() throws {
    let model = try TestModel().opened()
    let examples = try SpecificationExample.all(
      "stops", keys: ["stop", "write", "gives"])
    #expect(examples.count == 8)
    for example in examples {
      let write = try #require(example.values["write"]?.first)
      let sample = try model.generate(
        options: GenerationOptions(
          maximumLength: write.count,
          stopStrings: try #require(example.values["stop"]),
          forcedCharacters: forced(write)))
      let gives = example.values["gives"]?.first ?? ""
      #expect(sample.continuation == gives, "\(example)")
      #expect(sample.finishReason == (gives == write ? .length : .stopString))
    }
  }

  /// What a character costs behind a context that slid is what it costs behind
  /// a text that is that context.
  @Test func contextsSlideAsSpecified() throws {
    let model = try TestModel(blockSize: 4).opened()
    let lines = try SpecificationExample.block("contexts").map {
      $0.split(separator: " ").map(String.init)
    }
    let written = lines.map(\.[1]).joined()
    let sample = try model.generate(
      prompt: "ab",
      options: GenerationOptions(
        maximumLength: written.count, contextOverflow: .slide,
        forcedCharacters: forced(written), reportsLogProbabilities: true))
    let found = try #require(sample.logProbabilities)
    #expect(lines.count == 5 && found.count == 5)
    for (line, logProbability) in zip(lines, found) {
      let score = try model.score(line.joined())
      let expected = try #require(score.logProbabilities.last)
      #expect(abs(logProbability - expected) < 1e-5, "\(line)")
    }
  }
}
