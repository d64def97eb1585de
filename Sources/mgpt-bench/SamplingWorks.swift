import MicroGPTFormat
import MicroGPTParallel
import MicroGPTSampler
import MicroGPTTraining

extension Measurement {
  /// Names of the default model, which stays in the nearest cache, and text of
  /// the larger one, whose weights come from memory for each token.
  mutating func addSampling() throws {
    let small = try smallModel()
    let trainer = try small.trainer(batchSize: 16)
    for _ in 0..<size.trainingSteps { trainer.step() }
    let namer = try LanguageModel(trainer.checkpoint(small))
    let names = try Texts(namer, count: size.textCount)
    try addTexts(
      names, "default model", figure: ("names", Double(size.textCount)),
      load: .operations(names.operations), limit: peak())

    let subject = try largerModel()
    let larger = try LanguageModel(
      subject.trainer(batchSize: 1).checkpoint(subject))
    let texts = try Texts(larger, count: 2, length: size.textLength)
    let bytes = 4 * larger.configuration.multipliedWeights * texts.tokenCount
    try addTexts(
      texts, "larger model", figure: ("tokens", Double(texts.tokenCount)),
      load: .bytes(Double(bytes)), limit: memory())
  }

  /// Each thread makes all texts.
  private mutating func addTexts(
    _ texts: Texts, _ name: String, figure: (things: String, count: Double),
    load: Work.Load, limit: Int
  ) throws {
    for threads in threadCounts {
      let pool = WorkerPool(threadCount: threads)
      stopwatch.add(
        Work(
          group: "sampling", name: name, threads: threads,
          figure: .perSecond(
            figure.things, count: figure.count * Double(threads)),
          load: load * Double(threads), limit: limit
        ) { pool.perform(count: threads) { _ in texts.make() } })
    }
  }
}

/// Texts without a prompt, always the same.
private struct Texts: Sendable {
  let model: LanguageModel
  let count: Int
  let options: GenerationOptions
  /// The tokens of each that went through the model.
  private let lengths: [Int]

  init(_ model: LanguageModel, count: Int, length: Int? = nil) throws {
    self.model = model
    self.count = count
    let options = GenerationOptions(
      seed: 1, temperature: 1, maximumLength: length)
    self.options = options
    lengths = try (0..<count).map { stream in
      let text = try model.generate(
        options: options, index: UInt64(stream))
      // One before each token; the last one may have been the end.
      return text.continuationTokenCount + (text.ending == .stop ? 1 : 0)
    }
  }

  var tokenCount: Int { lengths.reduce(0, +) }

  var operations: Double {
    lengths.reduce(0) {
      $0 + model.configuration.forwardOperations(positions: $1)
    }
  }

  func make() {
    for stream in 0..<count {
      // It went well before.
      _ = try? model.generate(
        options: options, index: UInt64(stream))
    }
  }
}
