import MicroGPTFormat
import MicroGPTSampler
import Testing

/// Weights and logits that are not finite (spec: section 14.7).
@Suite struct NonFiniteTests {
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aModelWithSuchAWeightIsNotOpened(poison: Float) throws {
    var test = try TestModel()
    test.weights["layer0.mlp_fc1"]?[300] = poison
    test.weights["layer0.mlp_fc1"]?[301] = .nan
    for type in [ElementType.f32, .f64] {
      for codec in Codec.allCases {
        let bytes = try test.file(elementType: type, codec: codec)
        let error = #expect(throws: CheckpointError.self) {
          try LanguageModel(bytes: bytes)
        }
        guard case .notFinite(let element) = error else {
          Issue.record("\(type) \(codec): \(String(describing: error))")
          continue
        }
        #expect(element.tensorName == "layer0.mlp_fc1")
        #expect(element.index == 300)
        #expect(
          element.value == Double(poison)
            || element.value.isNaN && poison.isNaN)
      }
    }
  }

  /// The weights that stay where they lie are not looked at, but what is
  /// generated with them is.
  @Test func withoutVerifyingTheLogitsTell() throws {
    var test = try TestModel()
    test.weights["layer0.mlp_fc2"]?[5] = .nan
    let trusted = try LanguageModel(
      Checkpoint(bytes: test.file()), verifying: false)
    #expect(
      throws: GenerationError.logitNotFinite(index: 7, position: 0)
    ) { try trusted.generate(index: 7) }
    // What is decoded is.
    #expect(throws: CheckpointError.self) {
      try LanguageModel(
        Checkpoint(bytes: test.file(codec: .zlib)), verifying: false)
    }
  }

  /// Finite weights whose products are not: of any text, by every way.
  @Test(arguments: [1, 3])
  func logitsThatAreNotFiniteEndATextInAnError(threadCount: Int) throws {
    var test = try TestModel()
    for place in 0..<416 { test.weights["lm_head"]?[place] = 3e38 }
    let model = try test.opened(threadCount: threadCount)
    let filters = [
      GenerationOptions(temperature: 0), GenerationOptions(topK: 3),
      GenerationOptions(repetitionPenalty: 2, allowsEmptyText: true),
      GenerationOptions(
        maximumLength: 20, contextOverflow: .slide, bannedCharacters: ["a"],
        forcedCharacters: [0: "b"], reportsLogProbabilities: true),
    ]
    for options in filters {
      func expectFailure(_ body: () throws -> Void) {
        let error = #expect(throws: GenerationError.self, performing: body)
        guard case .logitNotFinite(_, let position)? = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(position <= 2)
      }
      expectFailure { _ = try model.generate(prompt: "af", options: options) }
      expectFailure {
        _ = try model.generate(
          prompts: .init(repeating: "af", count: 100), options: options)
      }
      expectFailure {
        _ = try model.generate(prompts: ["a", "b", "c"], options: options)
      }
      let texts = try model.samples(options: options, count: 100)
      #expect(Array(texts).isEmpty && texts.failure != nil)
      let text = try model.characters(prompt: "af", options: options)
      while text.next() != nil {}
      #expect(text.failure != nil && text.next() == nil)
      #expect(text.sample.finishReason == .cancelled)
    }
    #expect(
      throws: GenerationError.logitNotFinite(index: nil, position: 0)
    ) { try model.score("abcdefz") }
  }

  /// A logit that a rule or an option bars is no fault of the model.
  @Test func whatOptionsMakeOfLogitsIsNoError() throws {
    let model = try TestModel().opened()
    for penalty in [1e-38, 3e38] as [Float] {
      for temperature in [0, 1e-38, 0.5, 100] as [Float] {
        let options = GenerationOptions(
          temperature: temperature, topK: 4, topP: 0.9, minP: 0.1,
          repetitionPenalty: penalty, minimumLength: 9,
          bannedCharacters: ["a"], allowedCharacters: ["a", "f", "z"])
        for index in 0..<20 as Range<UInt64> {
          let sample = try model.generate(
            prompt: "af", options: options, index: index)
          #expect((9...14).contains(sample.continuationTokenCount))
          #expect(sample.continuation.allSatisfy { "fz".contains($0) })
        }
      }
    }
  }
}
