import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTRandom

/// Trains a model in 32-bit floats: the forward pass over a whole document, a
/// backward pass derived by hand, and Adam.
///
/// Documents are shuffled and weights drawn as microgpt.py draws them, so the
/// losses of the first steps are microgpt.py's to the printed digits. The
/// weights after a step are a function of configuration, data and options;
/// the number of threads does not matter.
public final class Trainer {
  /// The dimensions of the model.
  public let configuration: GPTConfiguration
  /// How it is trained.
  public let options: TrainingOptions
  /// The number of steps done.
  public private(set) var completedSteps = 0

  private let dataSet: DataSet
  private let order: [Int]  // (documents), shuffled
  private let weights: ModelWeights
  private let adam: Adam
  private let engine: GradientEngine
  private let batches: [Batch]  // of the current and of the next step

  /// Creates a model with random weights.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - dataSet: The documents.
  ///   - options: How to train.
  ///   - threadCount: The number of threads to use, at least 1. A batch of
  ///     one document uses one, a larger batch at most eight for its
  ///     gradients.
  /// - Throws: ``TrainingError``. Memory is allocated without asking: compare
  ///   ``memoryNeeded(configuration:options:longestDocument:)`` first.
  public convenience init(
    configuration: GPTConfiguration, dataSet: DataSet,
    options: TrainingOptions, threadCount: Int = 1
  ) throws(TrainingError) {
    try self.init(
      configuration: configuration, dataSet: dataSet, options: options,
      threadCount: threadCount, kernels: mgpt_kernels_in_use().pointee)
  }

  /// As above, in an instruction set of choice.
  package init(
    configuration: GPTConfiguration, dataSet: DataSet,
    options: TrainingOptions, threadCount: Int = 1,
    kernels: mgpt_kernels
  ) throws(TrainingError) {
    guard configuration.vocabularySize == dataSet.vocabulary.size else {
      throw .vocabularySize(
        model: configuration.vocabularySize, data: dataSet.vocabulary.size)
    }
    let needed = Self.memoryNeeded(
      configuration: configuration, options: options,
      longestDocument: dataSet.longestDocument)
    guard needed < Int.max else { throw .tooLarge }

    var random = PythonRandom(seed: options.seed)
    var order = Array(0..<dataSet.documentCount)
    random.shuffle(&order)
    weights = ModelWeights(ParameterLayout(configuration), kernels: kernels)
    for index in 0..<weights.values.count {
      weights.values.base[index] = Float(
        random.gauss(
          mean: 0, standardDeviation: options.initialStandardDeviation))
    }
    self.configuration = configuration
    self.dataSet = dataSet
    self.options = options
    self.order = order
    adam = Adam(
      parameterCount: weights.values.count, options: options,
      kernels: kernels)
    engine = GradientEngine(
      configuration,
      positions: Self.positions(configuration, dataSet.longestDocument),
      batchSize: options.batchSize, threadCount: threadCount,
      kernels: kernels)
    batches = (0..<2).map { _ in Batch(count: options.batchSize) }
    for piece in weights.pieces { weights.transpose(piece) }
    prepare(step: 0)
  }

  /// Trains on the next documents; the planned steps must not be done.
  ///
  /// Step *s* takes documents *s* × batch size and on of the shuffled order,
  /// from the start again when they run out.
  ///
  /// - Returns: The loss before the update, in nats a token: the mean over the
  ///   documents of their means over positions. It is not finite once the
  ///   training has diverged; the weights are useless then.
  @discardableResult
  public func step() -> Double {
    let step = completedSteps
    precondition(step < options.steps, "all planned steps are done")
    prepare(step: step + 1)
    let loss = engine.run(
      batches[step & 1], of: dataSet.tokens, weights: weights)

    let progress = Double(step) / Double(options.steps)
    adam.begin(learningRate: options.learningRate * (1 - progress))
    engine.reduce(weights, with: adam)
    completedSteps = step + 1
    return loss
  }

  /// Notes which documents a step takes, and has them fetched: they lie all
  /// over the memory.
  private func prepare(step: Int) {
    let batch = batches[step & 1]
    let first = step * options.batchSize
    for index in 0..<options.batchSize {
      let document = order[(first + index) % order.count]
      batch.documents[index] = dataSet.range(ofDocument: document)
      dataSet.prefetch(batch.documents[index])
    }
  }

  /// Calls a closure with all weights, matrix by matrix in the order of
  /// `configuration.weights`, each row by row.
  ///
  /// - Parameter body: The closure; no step may run meanwhile.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws.
  public func withWeights<Result, Failure: Error>(
    _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let values = weights.values
    let all = UnsafeBufferPointer(start: values.base, count: values.count)
    return try body(all.span)
  }

  /// Whether all weights are numbers, in O(parameters).
  ///
  /// The last update may break what a loss before it did not show, so this is
  /// to be asked before the weights are kept.
  public var hasFiniteWeights: Bool {
    withWeights { weights in
      weights.indices.allSatisfy { weights[$0].isFinite }
    }
  }

  /// The weights of one matrix, row by row.
  ///
  /// - Parameter name: Its name, as `layer0.attn_wq`.
  /// - Returns: `nil` if the model has no such matrix.
  public func weights(named name: String) -> [Float]? {
    weights.layout.range(of: name).map { range in
      Array(
        UnsafeBufferPointer(
          start: weights.values.base + range.lowerBound, count: range.count))
    }
  }

  /// The memory that a trainer allocates, in bytes.
  ///
  /// Weights, their transposes and two moments, then gradients and activations
  /// for each of the at most eight shards of a batch. The activations grow with the positions
  /// in use, `min(block_size, longestDocument + 1)`, and those of attention
  /// with their square.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - options: How to train; the batch size counts.
  ///   - longestDocument: The characters of the longest document.
  /// - Returns: The bytes, `Int.max` if there are too many to count.
  public static func memoryNeeded(
    configuration: GPTConfiguration, options: TrainingOptions,
    longestDocument: Int
  ) -> Int {
    let shards = GradientEngine.shardCount(batchSize: options.batchSize)
    let positions = positions(configuration, longestDocument)
    let activations = ActivationLayout(
      configuration, positions: positions,
      documents: GradientShard.groupSize(
        positions: positions,
        documents: GradientEngine.shardSize(batchSize: options.batchSize)))
    var all = BufferLayout()
    _ = all.take(4 + shards, configuration.parameterCount)
    _ = all.take(shards, activations.count)
    let bytes = all.count.multipliedReportingOverflow(
      by: MemoryLayout<Float>.stride)
    return bytes.overflow ? Int.max : bytes.partialValue
  }

  /// The most positions that a document can have.
  private static func positions(
    _ configuration: GPTConfiguration, _ longestDocument: Int
  ) -> Int {
    min(configuration.blockSize, longestDocument + 1)
  }
}

/// Why a training cannot begin.
public enum TrainingError: Error, Sendable, Hashable {
  /// The model's vocabulary is not that of the data.
  case vocabularySize(model: Int, data: Int)
  /// The model needs more memory than can be addressed.
  case tooLarge
}

extension TrainingError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .vocabularySize(let model, let data):
      "vocab_size is \(model), expected \(data) as in the data"
    case .tooLarge: "the model needs more memory than can be addressed"
    }
  }
}
