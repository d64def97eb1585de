import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTRandom

/// Trains a model in 32-bit floats: the forward pass over a whole document, a
/// backward pass derived by hand, and Adam.
///
/// Documents of a data set are shuffled and weights drawn as microgpt.py draws
/// them, so the losses of the first steps are microgpt.py's to the printed
/// digits. The weights after a step are a function of configuration, data and
/// options; the number of threads does not matter.
public final class Trainer {
  /// The dimensions of the model.
  public let configuration: GPTConfiguration
  /// The characters of the model.
  public let vocabulary: Vocabulary
  /// The number of documents to train on; `nil` for windows of a text.
  public let documentCount: Int?
  /// How it is trained, and how far.
  public internal(set) var state: TrainingState

  let weights: ModelWeights
  let adam: Adam
  /// What is held out of training; `nil` if the validation share is 0.
  public let validationSet: ValidationSet?
  private let source: any DocumentSource
  private let engine: GradientEngine
  private let team: Team
  private let batch: Batch

  /// Creates a model with random weights.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - corpus: The data.
  ///   - options: How to train.
  ///   - threadCount: The number of threads to use, at least 1. Steps that
  ///     take less time than it takes to share them use one, those of small
  ///     models sixteen at most.
  /// - Throws: ``TrainingError``.
  public convenience init(
    configuration: GPTConfiguration, corpus: Corpus,
    options: TrainingOptions, threadCount: Int = 1
  ) throws(TrainingError) {
    try self.init(
      configuration: configuration, corpus: corpus, options: options,
      threadCount: threadCount, kernels: mgpt_kernels_in_use().pointee)
  }

  /// Creates a model with random weights, to be trained on the documents of a
  /// data set.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - lines: The documents.
  ///   - options: How to train.
  ///   - threadCount: The number of threads to use, at least 1.
  /// - Throws: ``TrainingError``, as for any corpus.
  public convenience init(
    configuration: GPTConfiguration, lines: LineCorpus,
    options: TrainingOptions, threadCount: Int = 1
  ) throws(TrainingError) {
    try self.init(
      configuration: configuration, corpus: .lines(lines), options: options,
      threadCount: threadCount)
  }

  /// As above, in an instruction set of choice.
  package convenience init(
    configuration: GPTConfiguration, corpus: Corpus,
    options: TrainingOptions, threadCount: Int = 1,
    kernels: mgpt_kernels
  ) throws(TrainingError) {
    try self.init(
      configuration: configuration, corpus: corpus,
      state: TrainingState(options: options, corpus: corpus),
      beginning: nil, threadCount: threadCount, kernels: kernels)
  }

  /// Creates a model and what it takes to train it.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - corpus: The data.
  ///   - state: Where the run stands.
  ///   - beginning: What to take from a checkpoint; without, weights are drawn.
  ///   - threadCount: The number of threads to use, at least 1.
  ///   - kernels: The instruction set to use.
  /// - Throws: ``TrainingError``.
  init(
    configuration: GPTConfiguration, corpus: Corpus, state: TrainingState,
    beginning: (checkpoint: Checkpoint, roles: [TensorRole])?,
    threadCount: Int, kernels: mgpt_kernels
  ) throws(TrainingError) {
    let options = state.options
    guard configuration.vocabularySize == corpus.vocabulary.size else {
      throw .vocabularySize(
        model: configuration.vocabularySize, data: corpus.vocabulary.size)
    }
    let needed = Self.memoryNeeded(
      configuration: configuration, options: options,
      longestDocumentLength: corpus.longestDocumentLength,
      threadCount: threadCount)
    try Self.checkMemory(needed)

    let positions = Self.positions(configuration, corpus.longestDocumentLength)
    var random = PythonRandom(seed: options.seed)
    switch corpus {
    case .lines(let lines):
      source = try ShuffledDocuments(
        lines, options: options, random: &random)
    case .text(let text):
      guard text.characterCount >= configuration.blockSize else {
        throw .textTooShort(
          characterCount: text.characterCount,
          blockSize: configuration.blockSize)
      }
      source = try RandomWindows(text, length: positions, options: options)
    }
    validationSet = source.validationSet(positions: positions)
    switch corpus {
    case .lines(let lines):
      documentCount =
        lines.documentCount - (validationSet?.heldOutUnitCount ?? 0)
    case .text: documentCount = nil
    }
    self.configuration = configuration
    self.vocabulary = corpus.vocabulary
    self.state = state
    do {
      weights = try ModelWeights(
        ParameterLayout(configuration), kernels: kernels)
      adam = try Adam(
        parameterCount: weights.values.count, options: options,
        kernels: kernels)
      let extent = Extent(
        configuration, positions: positions, batchSize: options.batchSize,
        hasDropout: options.dropout > 0)
      team = try Team(threadCount: threadCount, extent: extent)
      engine = try GradientEngine(
        weights, extent: extent, team: team, kernels: kernels)
    } catch {
      throw .outOfMemory(error)
    }
    batch = Batch(count: options.batchSize, positions: positions)
    if let beginning {
      try load(beginning.checkpoint, beginning.roles)
    } else {
      for index in 0..<weights.values.count {
        weights.values.base[index] = Float(
          random.gauss(
            mean: 0, standardDeviation: options.initialStandardDeviation))
      }
    }
    for piece in weights.pieces { weights.layOut(piece) }
  }

  /// How it is trained.
  public var options: TrainingOptions { state.options }

  /// The number of steps done.
  public var completedSteps: Int { state.completedSteps }

  /// Whether all planned steps are done, or patience has run out.
  public var isFinished: Bool { state.isFinished }

  /// Whether ``validate()`` is due, before the next step and before a save.
  public var isValidationDue: Bool { state.isValidationDue }

  /// The number of tokens that the last step predicted.
  public var lastStepTokenCount: Int { batch.positionCount }

  /// Trains on the next documents; the planned steps must not be done.
  ///
  /// Step *s* takes documents *s* × batch size and on of the shuffled order,
  /// from the start again when they run out; of a text it takes windows at
  /// random, each of `block_size` characters behind a BOS. What is held out is
  /// passed over.
  ///
  /// - Returns: The loss before the update, in nats a token: the mean over the
  ///   documents of their means over positions, with dropout if there is any.
  ///   It is not finite once the training has diverged; the weights are useless
  ///   then.
  @discardableResult
  public func step() -> Double {
    let step = completedSteps
    precondition(step < options.stepCount, "all planned steps are done")
    source.fill(batch, step: step)
    source.prefetch(step: step + 1)
    let loss = engine.run(
      batch,
      dropout: Dropout(share: options.dropout, seed: options.seed, step: step))
    update(learningRate: options.learningRate(ofStep: step))
    state.record(loss: loss)
    return loss
  }

  /// Computes the loss over what is held out, without dropout, and notes it in
  /// the state.
  ///
  /// - Returns: The loss; `nil` if nothing is held out.
  /// - Complexity: As some 65,536 positions of a forward pass, at most.
  @discardableResult
  public func validate() -> Validation? {
    guard let validationSet else { return nil }
    let validation = Validation(
      totals: engine.evaluate(validationSet.batch), of: validationSet)
    state.record(validationLoss: validation.loss)
    return validation
  }

  /// Moves all weights.
  private func update(learningRate: Double) {
    let (weights, engine, adam) = (weights, engine, adam)
    let maximumNorm = options.maximumGradientNorm
    // As PyTorch's `clip_grad_norm_` does.
    let scale =
      maximumNorm > 0
      ? min(1, maximumNorm / (engine.reduceAll() + 1e-6)) : 1
    adam.begin(learningRate: learningRate, gradientScale: scale)
    let threadCount = team.threadCount(
      for: (20 + 10 * engine.shardCount) * weights.values.count)
    team.perform(weights.pieces.count, threadCount: threadCount) { index, _ in
      let piece = weights.pieces[index]
      if maximumNorm == 0 { engine.reduce(piece.range) }
      adam.update(weights.values, engine.gradients, piece.range)
      weights.layOut(piece)
    }
  }

  /// Checks that there is memory for a trainer, before any of it is taken.
  ///
  /// - Parameter byteCount: The memory that it needs, in bytes.
  /// - Throws: ``TrainingError/outOfMemory(_:)``.
  package static func checkMemory(_ byteCount: Int) throws(TrainingError) {
    let purpose = "training this model"
    if let limit = OutOfMemory.limit, byteCount > limit {
      throw .outOfMemory(OutOfMemory(purpose: purpose, byteCount: byteCount))
    }
    do { try OutOfMemory.check(byteCount, for: purpose) } catch {
      throw .outOfMemory(error)
    }
  }

  /// The memory that a trainer allocates, in bytes.
  ///
  /// Weights and their panels, gradients and two moments; the tokens of a
  /// batch; and activations, which grow with the positions in use,
  /// `min(block_size, longestDocumentLength + 1)`, and with the documents up to some
  /// thousand positions.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - options: How to train; the batch size counts, and whether there is
  ///     dropout.
  ///   - longestDocumentLength: The characters of the longest document.
  ///   - threadCount: The number of threads.
  /// - Returns: The bytes, `Int.max` if there are too many to count.
  public static func memoryNeeded(
    configuration: GPTConfiguration, options: TrainingOptions,
    longestDocumentLength: Int, threadCount: Int = 1
  ) -> Int {
    let extent = Extent(
      configuration, positions: positions(configuration, longestDocumentLength),
      batchSize: options.batchSize, hasDropout: options.dropout > 0)
    var all = BufferLayout()
    let layout = ParameterLayout(configuration)
    _ = all.take(3, layout.count)
    _ = all.take(layout.forwardPanelCount)
    _ = all.take(layout.backwardPanelCount)
    _ = all.take(extent.shards, layout.count)
    let threadCount = extent.threadCount(of: threadCount)
    let workspaces = extent.shards == 1 ? 1 : threadCount
    _ = all.take(workspaces, ActivationLayout(extent).count)
    // What the loss of a row is made of, 16 bytes.
    _ = all.take(workspaces, 4 * extent.rows)
    _ = all.take(workspaces + threadCount, extent.scratchCount)
    // The tokens of a batch, and 8 bytes for where each document starts.
    _ = all.take(options.batchSize, extent.positions + 3)
    let bytes = all.count.multipliedReportingOverflow(
      by: MemoryLayout<Float>.stride)
    return bytes.overflow ? Int.max : bytes.partialValue
  }

  /// The most positions that a document can have.
  private static func positions(
    _ configuration: GPTConfiguration, _ longestDocumentLength: Int
  ) -> Int {
    min(configuration.blockSize, longestDocumentLength + 1)
  }
}
