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
    try add(
      Texts(
        names, "default model, alone", count: size.textCount, together: false,
        options), threadCounts: [1])
    try add(
      Texts(
        names, "default model", count: size.textCount, together: true, options),
      threadCounts: threadCounts)

    let subject = try largeModel()
    let large = try subject.trainer(batchSize: 1).checkpoint(subject)
    let weights = "\(large.manifest.configuration.parameterCount / 1_000_000) M"
    var long = GenerationOptions(seed: 1, temperature: 1)
    (long.minimumLength, long.maximumLength) = (
      size.textLength, size.textLength
    )
    try add(
      Texts(large, "\(weights), a text", count: 1, together: false, long),
      threadCounts: threadCounts)
    try add(
      Texts(large, "\(weights), 16 texts", count: 16, together: true, long),
      threadCounts: threadCounts)
  }

  /// A single text of a large model is measured against reading its weights
  /// once for each token, all else against multiply-adds.
  private mutating func add(_ texts: Texts, threadCounts: [Int]) throws {
    for threads in threadCounts {
      let model = try LanguageModel(texts.checkpoint, threadCount: threads)
      let lengths = try texts.lengths(model)
      let tokenCount = lengths.reduce(0, +)
      let (load, limit): (Work.Load, Int) =
        if texts.count == 1 {
          (
            .bytes(
              Double(4 * model.configuration.multipliedWeights * tokenCount)),
            reading(texts.checkpoint, threads: threads)
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
          group: "sampling", name: texts.name, threads: threads,
          figure: .perSecond("tokens", count: Double(tokenCount)),
          load: load, limit: limit
        ) { try texts.make(model) })
    }
  }
}

/// Texts without a prompt, always the same.
private struct Texts: Sendable {
  let checkpoint: Checkpoint
  let name: String
  let count: Int
  /// Whether they go through the model together.
  let together: Bool
  let options: GenerationOptions

  init(
    _ checkpoint: Checkpoint, _ name: String, count: Int, together: Bool,
    _ options: GenerationOptions
  ) {
    self.checkpoint = checkpoint
    self.name = name
    self.count = count
    self.together = together
    self.options = options
  }

  /// Makes them all.
  func make(
    _ model: LanguageModel, _ each: (Sample) -> Void = { _ in }
  ) throws {
    if together {
      for text in try model.samples(options: options, count: count) {
        each(text)
      }
    } else {
      for index in 0..<UInt64(count) {
        each(try model.generate(options: options, index: index))
      }
    }
  }

  /// The positions of each that go through the model: one before each token,
  /// of which the last may have been the end.
  func lengths(_ model: LanguageModel) throws -> [Int] {
    var lengths: [Int] = []
    try make(model) { text in
      lengths.append(
        text.continuationTokenCount + (text.ending == .stop ? 1 : 0))
    }
    return lengths
  }
}
