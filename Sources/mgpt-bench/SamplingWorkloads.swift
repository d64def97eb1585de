import MicroGPTFormat
import MicroGPTSampler
import MicroGPTTraining

extension Measurement {
  /// Names of the default model, which stays in the nearest cache, and texts of
  /// a large one, whose weights come from memory.
  mutating func addSampling() throws {
    let small = try smallModel()
    let trainer = try small.trainer(batchSize: 16)
    for _ in 0..<size.trainingSteps { trainer.step() }
    let names = try trainer.checkpoint(small)
    let options = GenerationOptions(seed: 1, temperature: 1)
    func texts(_ name: String, _ way: Texts.Way) -> Texts {
      Texts(
        checkpoint: names, name: "default model, \(name)",
        count: size.textCount, way: way, options: options)
    }
    try add(texts("alone", .alone), threadCounts: [1])
    try add(texts("26 prompts", .prompts), threadCounts: threadCounts)
    try add(texts("one prompt", .together), threadCounts: threadCounts)

    let subject = try largeModel()
    let large = try subject.trainer(batchSize: 1).checkpoint(subject)
    let weights = "\(large.manifest.configuration.parameterCount / 1_000_000) M"
    var long = GenerationOptions(seed: 1, temperature: 1)
    (long.minimumLength, long.maximumLength) = (
      size.textLength, size.textLength
    )
    for (name, count, way) in [
      ("a text", 1, Texts.Way.alone), ("16 texts", 16, .together),
    ] {
      try add(
        Texts(
          checkpoint: large, name: "\(weights), \(name)", count: count,
          way: way, options: long), threadCounts: threadCounts)
    }
  }

  /// A single text of a large model is measured against reading its weights
  /// once for each token, all else against multiply-adds.
  private mutating func add(_ texts: Texts, threadCounts: [Int]) throws {
    for threadCount in threadCounts {
      let model = try LanguageModel(texts.checkpoint, threadCount: threadCount)
      let lengths = try texts.lengths(model)
      let promptLength = texts.way == .prompts ? 1 : 0
      let tokenCount = lengths.reduce(0) { $0 + $1 - promptLength }
      let (load, limit): (Work.Load, Int) =
        if texts.count == 1 {
          (
            .bytes(
              Double(4 * model.configuration.multipliedWeights * tokenCount)),
            reading(texts.checkpoint, threadCount: threadCount)
          )
        } else {
          (
            .operations(
              lengths.reduce(0) {
                $0 + model.configuration.forwardOperations(positions: $1)
              }), peak()
          )
        }
      stopwatch.add(
        Work(
          group: "sampling", name: texts.name, threadCount: threadCount,
          figure: .perSecond("tokens", count: Double(tokenCount)),
          load: load, limit: limit
        ) { try texts.make(model) })
    }
  }
}

/// Texts that are always the same.
private struct Texts: Sendable {
  /// How they are made.
  enum Way {
    /// One after the other, without a prompt.
    case alone
    /// Together, without a prompt.
    case together
    /// Together, each after a letter.
    case prompts
  }

  let checkpoint: Checkpoint
  let name: String
  let count: Int
  let way: Way
  let options: GenerationOptions

  /// Makes them all.
  func make(
    _ model: LanguageModel, _ each: (Sample) -> Void = { _ in }
  ) throws {
    switch way {
    case .alone:
      for index in 0..<UInt64(count) {
        each(try model.generate(options: options, index: index))
      }
    case .together:
      let samples = try model.samples(options: options, count: count)
      for text in samples { each(text) }
      if let failure = samples.failure { throw failure }
    case .prompts:
      let letters = model.vocabulary.scalars
      let prompts = (0..<count).map { String(letters[$0 % letters.count]) }
      for text in try model.generate(prompts: prompts, options: options) {
        each(text)
      }
    }
  }

  /// The positions of each that go through the model, unless other texts begin
  /// like it: one before each token, of which the last may have been the end.
  func lengths(_ model: LanguageModel) throws -> [Int] {
    var lengths: [Int] = []
    try make(model) { text in
      lengths.append(
        text.promptTokenCount + text.continuationTokenCount
          + (text.finishReason == .stop ? 1 : 0))
    }
    return lengths
  }
}
