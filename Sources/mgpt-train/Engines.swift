import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTReference
import MicroGPTSampler
import MicroGPTTraining

/// What the command needs of an engine.
protocol TrainingEngine {
  /// How its weights are stored.
  var elementType: ElementType { get }

  /// Trains on the next batch: the mean loss before the update.
  func step() -> Double

  /// Whether no weight is infinite or NaN.
  var hasFiniteWeights: Bool { get }

  /// Appends a weight matrix to a file.
  func append(
    _ name: String, to writer: CheckpointWriter
  ) throws(CheckpointError)

  /// Texts of the trained model, which is in a file by now.
  func samples(
    count: Int, temperature: Double, from path: String
  ) throws -> [String]
}

/// The engines by their names on the command line.
enum EngineKind: String, ExpressibleByArgument, CaseIterable {
  case fast
  case reference

  func make(
    _ configuration: GPTConfiguration, _ corpus: Corpus,
    _ options: TrainingOptions, threadCount: Int
  ) throws -> any TrainingEngine {
    switch (self, corpus) {
    case (.fast, _):
      do {
        return FastEngine(
          trainer: try Trainer(
            configuration: configuration, corpus: corpus, options: options,
            threadCount: threadCount), corpus: corpus)
      } catch {
        throw CommandFailure.usage("\(error)")
      }
    case (.reference, .lines(let dataSet)):
      return ReferenceEngine(configuration, dataSet, options)
    case (.reference, .text):
      preconditionFailure("the reference engine takes lines only")
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
        longestDocument: corpus.longestDocument, threadCount: threadCount)
    case .reference:
      ReferenceEngine.memoryNeeded(configuration, corpus, options)
    }
  }
}

/// The engine in 32-bit floats.
struct FastEngine: TrainingEngine {
  let trainer: Trainer
  let corpus: Corpus
  let elementType = ElementType.f32

  func step() -> Double { trainer.step() }

  var hasFiniteWeights: Bool { trainer.hasFiniteWeights }

  func append(
    _ name: String, to writer: CheckpointWriter
  ) throws(CheckpointError) {
    guard let weights = trainer.weights(named: name) else {
      preconditionFailure("the model has no \(name)")
    }
    try writer.append(weights)
  }

  /// What mgpt-sample prints with the same seed; a model of a text, which knows
  /// no end, goes on behind it.
  func samples(
    count: Int, temperature: Double, from path: String
  ) throws -> [String] {
    do {
      let model = try LanguageModel(path: path)
      let (seed, temperature) = (trainer.options.seed, Float(temperature))
      return try (0..<UInt64(count)).map { index in
        switch corpus {
        case .lines:
          try model.generate(
            options: GenerationOptions(temperature: temperature), seed: seed,
            stream: index
          ).continuation
        case .text:
          try model.generateText(
            length: textLength, temperature: temperature, seed: seed,
            stream: index)
        }
      }
    } catch let error as CheckpointError {
      throw CommandFailure.reading(error, path)
    }
  }
}

/// The scalar engine, digit for digit microgpt.py.
struct ReferenceEngine: TrainingEngine {
  let model: MicroGPT
  let vocabulary: Vocabulary
  let elementType = ElementType.f64

  init(
    _ configuration: GPTConfiguration, _ dataSet: DataSet,
    _ options: TrainingOptions
  ) {
    var config = Config(vocab_size: configuration.vocabularySize)
    config.n_layer = configuration.layerCount
    config.n_embd = configuration.embeddingWidth
    config.n_head = configuration.headCount
    config.block_size = configuration.blockSize
    config.num_steps = options.steps
    config.batch_size = options.batchSize
    config.learning_rate = options.learningRate
    config.std = options.initialStandardDeviation
    config.seed = options.seed
    vocabulary = dataSet.vocabulary
    model = MicroGPT(
      config, docs: (0..<dataSet.documentCount).map(dataSet.document))
  }

  /// About two nodes of the graph for each weight at each position.
  static func memoryNeeded(
    _ configuration: GPTConfiguration, _ corpus: Corpus,
    _ options: TrainingOptions
  ) -> Int {
    let positions = min(
      configuration.blockSize, corpus.longestDocument + 1)
    let nodeByteCount = 64
    return [positions, options.batchSize, 2, nodeByteCount].reduce(
      configuration.parameterCount
    ) { product, factor in
      let (product, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : product
    }
  }

  func step() -> Double { model.step() }

  var hasFiniteWeights: Bool {
    model.weights.allSatisfy { $0.data.allSatisfy(\.isFinite) }
  }

  func append(
    _ name: String, to writer: CheckpointWriter
  ) throws(CheckpointError) {
    guard let tensor = model.weights.first(where: { $0.name == name }) else {
      preconditionFailure("the model has no \(name)")
    }
    try writer.append(tensor.data)
  }

  /// What microgpt.py prints, empty samples included.
  func samples(
    count: Int, temperature: Double, from path: String
  ) throws -> [String] {
    do {
      return try (0..<count).map { _ in
        vocabulary.decode(try model.sample(temperature: temperature))
      }
    } catch {
      throw CommandFailure.data(
        "\(path) is written, but its model gives no probabilities at"
          + " --temperature \(temperature): \(error)")
    }
  }
}
