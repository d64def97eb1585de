import MicroGPTFormat
import Testing

@testable import MicroGPTTraining

@Suite struct TrainingStateTests {
  private let configuration = GPTConfiguration.smallest

  private func manifest(
    _ values: [String: Properties.Value], labels: Properties? = nil
  ) throws -> Manifest {
    Manifest(
      configuration: configuration,
      vocabulary: try #require(Vocabulary(of: "a".unicodeScalars)),
      tensors: configuration.tensorDescriptors(
        elementType: .f32, codec: .raw, includingMoments: true),
      trainingState: try Properties(values), metadata: labels)
  }

  private func state(_ options: TrainingOptions) -> TrainingState {
    TrainingState(
      options: options, document: .text,
      dataDigest: String(repeating: "0a", count: 32),
      initialModel: String(repeating: "b1", count: 32))
  }

  @Test func itComesBackFromItsProperties() throws {
    var state = state(
      try TrainingOptions(
        stepCount: 900, batchSize: 3, learningRate: 0.1, schedule: .cosine,
        warmupSteps: 7, minimumLearningRate: 0.01, beta1: 0.5, beta2: 0.6,
        epsilon: 1e-3, weightDecay: 0.2, maximumGradientNorm: 3, dropout: 0.4,
        initialStandardDeviation: 0.3, seed: .max, validationFraction: 0.2,
        validationInterval: 2, patience: 500))
    state.foreignValues = ["example.note": .text("kept")]
    for step in 0..<700 {
      state.record(loss: 1 / Double(step + 3))
      if state.isValidationDue {
        state.record(validationLoss: Double(step % 19) + 1 / Double(step + 2))
      }
    }
    let labels = state.labels(
      beside: try Properties([
        "title": .text("T"), "train_seed": .integers([1]),
      ])
    )
    let manifest = try manifest(state.properties.dictionary, labels: labels)
    try manifest.validate()
    #expect(try TrainingState(manifest) == state)
    #expect(labels["title"] == .text("T"))
    #expect(labels["train_seed"] == .integers([.max]))
    #expect(labels["train_steps"] == .integers([700]))
    #expect(state.recentLosses.count == 100)
    #expect(state.validationSteps.count <= LossHistory.maximumPointCount)
    #expect(state.validationSteps.last == 700)
    #expect(state.best?.step == 666)
  }

  @Test func absentKeysAreMicrogpts() throws {
    let state = try TrainingState(
      manifest(["step": .integers([3]), "planned_steps": .integers([1000])]))
    #expect(try state.options == TrainingOptions())
    #expect(state.completedSteps == 3)
    #expect(state.document == .lines)
    #expect(state.dataDigest == nil && state.best == nil)
    // The history of these steps is not among the labels.
    #expect(state.history == nil)
    #expect(state.labels()["history_loss"] == nil)
  }

  @Test(arguments: [
    (
      "foo", Properties.Value.integers([1]),
      "oPTM.foo is unknown to this trainer, which would go on otherwise than"
        + " was asked"
    ),
    (
      "schedule", .text("zigzag"),
      "oPTM.schedule is “zigzag”, expected linear, cosine, constant"
    ),
    (
      "document", .text("pages"),
      "oPTM.document is “pages”, expected lines, text"
    ),
    (
      "batch_size", .integers([.max]),
      "oPTM: batch size is 9223372036854775807, expected 1 to 65536"
    ),
    ("dropout", .numbers([1]), "oPTM: dropout is 1.0, expected 0.0 to 0.9"),
    (
      "warmup_steps", .integers([.max]),
      "oPTM: number of warm-up steps is 9223372036854775807, expected 0 to"
        + " 1000000000"
    ),
  ])
  func whatIsUnknownIsRefusedByName(
    key: String, value: Properties.Value, words: String
  ) throws {
    var values: [String: Properties.Value] = [
      "step": .integers([3]), "planned_steps": .integers([1000]),
    ]
    values[key] = value
    let manifest = try manifest(values)
    let error = #expect(throws: TrainingStateError.self) {
      try TrainingState(manifest)
    }
    #expect(error?.description == words)
  }

  @Test func aModelAloneHasNoState() throws {
    let model = try manifest(["step": .integers([0])]).stripped
    #expect(throws: TrainingStateError.missing) { try TrainingState(model) }
  }

  @Test func patienceEndsARun() throws {
    var state = state(
      try TrainingOptions(
        validationFraction: 0.5, validationInterval: 10, patience: 3))
    let losses = [3.0, 2, 2.5, 1.9, 2, 2, 1.95, 1]
    var ended: Int?
    while ended == nil {
      state.record(loss: 1)
      if state.isValidationDue {
        state.record(validationLoss: losses[state.completedSteps / 10 - 1])
      }
      if state.isFinished { ended = state.completedSteps }
    }
    #expect(ended == 70)
    #expect(state.isOutOfPatience)
    #expect(state.best == TrainingState.Best(step: 40, loss: 1.9))
  }

  @Test func planningMoreStepsChangesNothingElse() throws {
    var state = state(try TrainingOptions(stepCount: 10))
    state.record(loss: 1)
    let before = state.properties.dictionary
    try state.extend(by: 5)
    var expected = before
    expected["planned_steps"] = .integers([15])
    #expect(state.properties.dictionary == expected)
    #expect(throws: TrainingOptionError.self) {
      try state.extend(by: 1_000_000_000)
    }
    #expect(throws: TrainingOptionError.self) { try state.extend(by: .max) }
  }
}

extension GPTConfiguration {
  /// One layer, one head, one of all.
  static var smallest: GPTConfiguration {
    guard
      let smallest = try? GPTConfiguration(
        layerCount: 1, headCount: 1, embeddingWidth: 1, blockSize: 2,
        vocabularySize: 2)
    else { preconditionFailure("all sizes are allowed") }
    return smallest
  }
}
