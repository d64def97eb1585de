import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTReference
import MicroGPTTraining

/// The scalar engine, digit for digit microgpt.py.
final class ReferenceEngine: TrainingEngine {
  private(set) var state: TrainingState
  private(set) var lastStepTokenCount = 0

  var completedSteps: Int { state.completedSteps }

  var isFinished: Bool { state.isFinished }

  /// It holds nothing out.
  var validationSet: ValidationSet? { nil }

  var isValidationDue: Bool { state.isValidationDue }

  var documentCount: Int? { model.docs.count }

  private let model: MicroGPT
  private let configuration: GPTConfiguration
  private let vocabulary: Vocabulary

  init(
    _ beginning: Beginning, _ configuration: GPTConfiguration,
    _ lines: LineCorpus, _ options: TrainingOptions
  ) throws {
    switch beginning {
    case .drawn:
      state = TrainingState(
        options: options, corpus: .lines(lines))
    case .model(let checkpoint):
      state = TrainingState(
        options: options, corpus: .lines(lines),
        initialModel: try checkpoint.fingerprint())
    case .run(let run):
      state = run.state
      if run.additionalSteps > 0 { try state.extend(by: run.additionalSteps) }
      try state.check(.lines(lines))
      try TrainingState.requireElementType(
        .f64, in: run.checkpoint.manifest)
    }
    // The documents, as lists of Int of their own.
    try OutOfMemory.check(
      lines.tokenCount + 8 * lines.documentCount, times: 16,
      for: "the documents")
    let options = state.options
    var config = Config(vocab_size: configuration.vocabularySize)
    config.n_layer = configuration.layerCount
    config.n_embd = configuration.embeddingWidth
    config.n_head = configuration.headCount
    config.block_size = configuration.blockSize
    config.num_steps = options.stepCount
    config.batch_size = options.batchSize
    config.learning_rate = options.learningRate
    config.beta1 = options.beta1
    config.beta2 = options.beta2
    config.eps_adam = options.epsilon
    config.std = options.initialStandardDeviation
    config.seed = options.seed
    self.configuration = configuration
    vocabulary = lines.vocabulary
    model = MicroGPT(
      config, docs: (0..<lines.documentCount).map(lines.tokens(ofDocumentAt:)))
    switch beginning {
    case .drawn: break
    case .model(let checkpoint): try load(checkpoint, [.weight])
    case .run(let run): try load(run.checkpoint, TensorRole.allCases)
    }
  }

  /// Takes over the tensors of some roles.
  private func load(_ checkpoint: Checkpoint, _ roles: [TensorRole]) throws {
    for (index, tensor) in checkpoint.manifest.tensors.enumerated()
    where roles.contains(tensor.role) {
      model.replace(
        kind(of: tensor.role), of: tensor.name,
        by: try checkpoint.doubles(ofTensorAt: index))
    }
    let indices = checkpoint.tensors.indices.filter {
      roles.contains(checkpoint.tensors[$0].descriptor.role)
    }
    if let elements = try checkpoint.nonFiniteElements(ofTensorsAt: indices)
      .first
    {
      throw CheckpointError.notFinite(elements.first)
    }
    model.resume(after: state.completedSteps)
  }

  /// What the options say that this engine cannot do; `nil` if there is nothing.
  static func refusal(of options: TrainingOptions) -> String? {
    let known: [PartialKeyPath<TrainingOptions>] = [
      \.stepCount, \.batchSize, \.learningRate, \.beta1, \.beta2, \.epsilon,
      \.initialStandardDeviation, \.seed,
    ]
    let other = TrainingOption.all.first {
      !known.contains($0.path) && $0.value(options) != $0.value(.standard)
    }
    return other.map {
      "\($0.word) is not microgpt.py's, expected its default for the reference"
        + " engine"
    }
  }

  /// About two nodes of the graph for each weight at each position.
  static func memoryNeeded(
    _ configuration: GPTConfiguration, _ corpus: Corpus,
    _ options: TrainingOptions
  ) -> Int {
    let positions = min(
      configuration.blockSize, corpus.longestDocumentLength + 1)
    let nodeByteCount = 64
    return [positions, options.batchSize, 2, nodeByteCount].reduce(
      configuration.parameterCount
    ) { product, factor in
      let (product, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : product
    }
  }

  func step() -> Double {
    let documents = (0..<state.options.batchSize).map {
      model.docs[
        (state.completedSteps * state.options.batchSize + $0)
          % model.docs.count]
    }
    lastStepTokenCount = documents.reduce(0) {
      $0 + min(configuration.blockSize, $1.count + 1)
    }
    let loss = model.step()
    state.record(loss: loss)
    return loss
  }

  func validate() -> Validation? { nil }

  var hasFiniteWeights: Bool {
    model.weights.allSatisfy { $0.data.allSatisfy(\.isFinite) }
  }

  func manifest(codec: Codec, labels: Properties?) -> Manifest {
    state.manifest(
      configuration: configuration, vocabulary: vocabulary, elementType: .f64,
      codec: codec,
      documentCount: model.docs.count, labels: labels)
  }

  func write(
    _ tensor: TensorDescriptor, to writer: CheckpointWriter
  ) throws(CheckpointError) {
    try writer.append(model.elements(kind(of: tensor.role), of: tensor.name))
  }

  /// What microgpt.py prints, empty samples included.
  func samples(count: Int, temperature: Double) throws -> [String] {
    do {
      return try (0..<count).map { _ in
        vocabulary.decode(try model.sample(temperature: temperature))
      }
    } catch {
      throw CommandFailure.data(
        "the model gives no probabilities at --temperature \(temperature):"
          + " \(error)")
    }
  }

  private func kind(of role: TensorRole) -> MicroGPT.Numbers {
    switch role {
    case .weight: .data
    case .adamM: .m
    case .adamV: .v
    }
  }
}
