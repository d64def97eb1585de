import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTSampler
import MicroGPTTraining

/// What the command needs of an engine.
protocol TrainingEngine: AnyObject {
  /// How the run trains, and how far it is.
  ///
  /// What is asked after each step stands beside it, since it has arrays whose
  /// owners would be counted.
  var state: TrainingState { get }

  /// The number of steps done.
  var completedSteps: Int { get }

  /// Whether the run is at its end.
  var isFinished: Bool { get }

  /// Whether to validate now.
  var isValidationDue: Bool { get }

  /// The number of documents to train on; `nil` for windows of a text.
  var documentCount: Int? { get }

  /// What is held out of training, if anything is.
  var validationSet: ValidationSet? { get }

  /// The number of tokens that the last step predicted.
  var lastStepTokenCount: Int { get }

  /// Trains on the next batch: the mean loss before the update, in nats.
  func step() -> Double

  /// The loss over what is held out, if anything is, noted in the state.
  func validate() -> Validation?

  /// Whether no weight is infinite or NaN.
  var hasFiniteWeights: Bool { get }

  /// What a checkpoint of the run says, moments included, in the type of
  /// element in which the engine works.
  func manifest(codec: Codec, labels: Properties?) -> Manifest

  /// Writes a tensor of the manifest to a checkpoint, in the manifest's order.
  func write(
    _ tensor: TensorDescriptor, to writer: CheckpointWriter
  ) throws(CheckpointError)

  /// Texts of the model at the end of its training.
  func samples(count: Int, temperature: Double) throws -> [String]
}

extension TrainingEngine {
  /// The model as it is now, for texts of it.
  func languageModel() throws(CheckpointError) -> LanguageModel {
    let manifest = manifest(codec: .raw, labels: nil).stripped
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors { try write(tensor, to: writer) }
    try writer.finish()
    return try LanguageModel(bytes: file.bytes)
  }

  /// What mgpt-sample prints with the same seed; a model of a text, which knows
  /// no end, goes on behind it.
  func texts(
    count: Int, length: Int = textLength, temperature: Double
  ) throws -> [String] {
    try texts(
      of: languageModel(), count: count, length: length,
      temperature: temperature)
  }

  /// The same of another model of the run.
  func texts(
    of model: LanguageModel, count: Int, length: Int = textLength,
    temperature: Double
  ) throws -> [String] {
    var options = GenerationOptions(
      seed: state.options.seed, temperature: Float(temperature))
    if state.document == .text {
      options.contextOverflow = .slide
      options.maximumLength = length
    }
    let samples = try model.samples(options: options, count: count)
    let texts = samples.map(\.continuation)
    if let failure = samples.failure { throw failure }
    return texts
  }
}

/// The engine in 32-bit floats.
extension Trainer: TrainingEngine {
  func samples(count: Int, temperature: Double) throws -> [String] {
    try texts(count: count, temperature: temperature)
  }
}

/// The characters of a sample of a model of a text.
let textLength = 500

/// The engines by their names on the command line.
enum EngineKind: String, ExpressibleByArgument, CaseIterable {
  case fast
  case reference

  func make(
    _ beginning: Beginning, _ configuration: GPTConfiguration,
    _ corpus: Corpus, _ options: TrainingOptions, threadCount: Int
  ) throws -> any TrainingEngine {
    switch (self, corpus) {
    case (.fast, _):
      return try trainer(
        beginning, configuration, corpus, options, threadCount: threadCount)
    case (.reference, .lines(let lines)):
      return try ReferenceEngine(beginning, configuration, lines, options)
    case (.reference, .text):
      throw CommandFailure.usage(
        "--document is text, expected lines for the reference engine")
    }
  }

  private func trainer(
    _ beginning: Beginning, _ configuration: GPTConfiguration,
    _ corpus: Corpus, _ options: TrainingOptions, threadCount: Int
  ) throws(TrainingError) -> Trainer {
    switch beginning {
    case .drawn:
      try Trainer(
        configuration: configuration, corpus: corpus, options: options,
        threadCount: threadCount)
    case .model(let checkpoint):
      try Trainer(
        startingFrom: checkpoint, corpus: corpus, options: options,
        threadCount: threadCount)
    case .run(let run):
      try Trainer(
        resuming: run.checkpoint, corpus: corpus,
        additionalSteps: run.additionalSteps, threadCount: threadCount)
    }
  }

  /// The bytes of memory that training takes.
  func memoryNeeded(
    _ configuration: GPTConfiguration, _ corpus: Corpus,
    _ options: TrainingOptions, threadCount: Int
  ) -> Int {
    switch self {
    case .fast:
      Trainer.memoryNeeded(
        configuration: configuration, options: options,
        longestDocumentLength: corpus.longestDocumentLength,
        threadCount: threadCount)
    case .reference:
      ReferenceEngine.memoryNeeded(configuration, corpus, options)
    }
  }
}
