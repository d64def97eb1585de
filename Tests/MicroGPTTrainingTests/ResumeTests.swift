import MicroGPTFormat
import MicroGPTRandom
import MicroGPTTraining
import Testing

/// A run goes on from any step to the bytes of the uninterrupted one.
@Suite struct ResumeTests {
  /// The checkpoint of a run as it stands.
  private func checkpoint(_ trainer: Trainer) throws -> [UInt8] {
    let manifest = trainer.manifest(codec: .zlib)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors { try trainer.write(tensor, to: writer) }
    try writer.finish()
    return file.bytes
  }

  /// Trains until so many steps are done, or to the end.
  private func train(_ trainer: Trainer, until step: Int = .max) {
    while !trainer.state.isFinished && trainer.completedSteps < step {
      trainer.step()
      if trainer.state.isValidationDue { trainer.validate() }
    }
  }

  private func corpus(_ isText: Bool) throws -> Corpus {
    let text = "one two three\nfour five\nsix\nseven eight nine\nten\neleven\n"
    let bytes = Array(text.utf8)
    return isText
      ? .text(try TextCorpus(bytes: bytes.span))
      : .lines(try LineCorpus(bytes: bytes.span))
  }

  @Test(arguments: 0..<12)
  func everyStepGoesOnToTheSameBytes(seed: UInt64) throws {
    var random = SamplerRandom(seed: seed, stream: 0)
    func pick<Value>(_ values: [Value]) -> Value {
      values[Int(random.next() % UInt64(values.count))]
    }
    let corpus = try corpus(pick([false, true]))
    let options = try TrainingOptions(
      stepCount: 9, batchSize: pick([1, 2, 7]),
      schedule: pick(Schedule.allCases),
      warmupSteps: pick([0, 3]), weightDecay: pick([0, 0.1]),
      maximumGradientNorm: pick([0, 0.5]), dropout: pick([0, 0.3]), seed: seed,
      validationFraction: pick([0, 0.3]), validationInterval: pick([1, 4]),
      patience: pick([nil, 2]))
    let configuration = try GPTConfiguration(
      layerCount: pick([1, 2]), headCount: 2, embeddingWidth: pick([4, 8]),
      blockSize: 6, vocabularySize: corpus.vocabulary.size)
    let whole = try Trainer(
      configuration: configuration, corpus: corpus, options: options)
    train(whole)
    let expected = try checkpoint(whole)
    for step in 1...whole.completedSteps {
      let first = try Trainer(
        configuration: configuration, corpus: corpus, options: options,
        threadCount: 2)
      train(first, until: step)
      let second = try Trainer(
        resuming: Checkpoint(bytes: checkpoint(first)), corpus: corpus,
        threadCount: 3)
      #expect(second.completedSteps == step)
      train(second)
      #expect(
        try checkpoint(second) == expected, "seed \(seed), step \(step)")
    }
  }

  @Test func aPlanThatIsExtendedIsThatOfALongerRun() throws {
    let corpus = try corpus(false)
    let configuration = try GPTConfiguration(
      vocabularySize: corpus.vocabulary.size)
    func trainer(_ steps: Int) throws -> Trainer {
      try Trainer(
        configuration: configuration, corpus: corpus,
        // Without a course of the rate the plan's length does not matter.
        options: TrainingOptions(stepCount: steps, schedule: .constant))
    }
    let (short, long) = (try trainer(3), try trainer(8))
    train(short)
    let extended = try Trainer(
      resuming: Checkpoint(bytes: checkpoint(short)), corpus: corpus,
      additionalSteps: 5)
    train(extended)
    train(long)
    #expect(try checkpoint(extended) == checkpoint(long))
  }

  @Test func otherDataIsRefused() throws {
    let corpus = try corpus(false)
    let trainer = try Trainer(
      configuration: GPTConfiguration(vocabularySize: corpus.vocabulary.size),
      corpus: corpus, options: TrainingOptions(stepCount: 2))
    trainer.step()
    let left = try Checkpoint(bytes: checkpoint(trainer))
    let text = Array("one two three four five six seven eight\n".utf8)
    let other = Corpus.lines(
      try LineCorpus(bytes: text.span, vocabulary: corpus.vocabulary))
    #expect(
      throws: TrainingError.dataMismatch(
        found: other.sha256, expected: corpus.sha256)
    ) {
      try Trainer(resuming: left, corpus: other)
    }
    // A run begun with its weights takes any data.
    let begun = try Trainer(
      startingFrom: left, corpus: other, options: TrainingOptions(stepCount: 1))
    #expect(begun.weights(named: "wte") == trainer.weights(named: "wte"))
    #expect(begun.completedSteps == 0)
    #expect(begun.state.initialModel == (try left.fingerprint()))
    begun.step()
  }

  @Test func roundedElementsAreRefused() throws {
    let corpus = try corpus(false)
    let trainer = try Trainer(
      configuration: GPTConfiguration(vocabularySize: corpus.vocabulary.size),
      corpus: corpus, options: TrainingOptions(stepCount: 2))
    trainer.step()
    let manifest = trainer.manifest(codec: .raw).with(elementType: .bf16)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors {
      try writer.append([UInt16](repeating: 0, count: tensor.elementCount))
    }
    try writer.finish()
    let rounded = try Checkpoint(bytes: file.bytes)
    #expect(
      throws: TrainingError.elementTypeMismatch(found: .bf16, expected: .f32)
    ) {
      try Trainer(resuming: rounded, corpus: corpus)
    }
  }
}
