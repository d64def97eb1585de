import CMicroGPTNames
import MicroGPTFormat
import MicroGPTTraining

/// A model and what it is trained on.
struct Subject {
  let configuration: GPTConfiguration
  let lines: LineCorpus

  /// A trainer with a plan of more steps than are ever taken.
  func trainer(batchSize: Int, threadCount: Int = 1) throws -> Trainer {
    try Trainer(
      configuration: configuration, lines: lines,
      options: TrainingOptions(
        stepCount: TrainingOptions.stepCountRange.upperBound,
        batchSize: batchSize,
        // What a width of hundreds bears; the time does not depend on it.
        learningRate: 0.001),
      threadCount: threadCount)
  }

  /// The positions of a document, the mean of a function of them.
  func mean(_ value: (Int) -> Double) -> Double {
    let count = lines.documentCount
    return (0..<count).reduce(0) { sum, document in
      let length = lines.tokens(ofDocumentAt: document).count + 1
      return sum + value(min(configuration.blockSize, length))
    } / Double(count)
  }
}

extension Measurement {
  /// The names.
  private var names: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: mgpt_names(), count: mgpt_names_byte_count())
  }

  /// The default model on the names.
  func smallModel() throws -> Subject {
    let lines = try LineCorpus(bytes: names.span)
    return Subject(
      configuration: try GPTConfiguration(
        vocabularySize: lines.vocabulary.size),
      lines: lines)
  }

  /// A model of fifteen million weights with the characters of the names.
  func largeModel() throws -> Subject {
    let lines = try LineCorpus(bytes: names.span)
    return Subject(
      configuration: try GPTConfiguration(
        layerCount: size.largeLayerCount, headCount: size.largeHeadCount,
        embeddingWidth: size.largeWidth, blockSize: size.blockSize,
        vocabularySize: lines.vocabulary.size), lines: lines)
  }

  /// A model of some million weights on the names joined into lines that fill
  /// its context.
  func largerModel() throws -> Subject {
    var bytes = Array(names)
    var start = 0
    for (index, byte) in names.enumerated() where byte == UInt8(ascii: "\n") {
      if index - start < size.blockSize {
        bytes[index] = UInt8(ascii: " ")
      } else {
        start = index + 1
      }
    }
    // What is left behind the last full line has no use.
    bytes.removeLast(bytes.count - start)
    let lines = try LineCorpus(bytes: bytes.span)
    return Subject(
      configuration: try GPTConfiguration(
        layerCount: size.layerCount, headCount: size.headCount,
        embeddingWidth: size.embeddingWidth, blockSize: size.blockSize,
        vocabularySize: lines.vocabulary.size), lines: lines)
  }
}

extension Trainer {
  /// The model as a checkpoint in memory.
  func checkpoint(_ subject: Subject) throws -> Checkpoint {
    let manifest = Manifest(
      configuration: configuration, vocabulary: subject.lines.vocabulary,
      elementType: .f32, codec: .raw)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    for tensor in manifest.tensors {
      guard let weights = weights(named: tensor.name) else {
        preconditionFailure("the model has no \(tensor.name)")
      }
      try writer.append(weights)
    }
    try writer.finish()
    return try Checkpoint(bytes: file.bytes)
  }
}

extension GPTConfiguration {
  /// The weights that every position is multiplied with: all but embeddings.
  var multipliedWeights: Int {
    12 * layerCount * embeddingWidth * embeddingWidth
      + vocabularySize * embeddingWidth
  }

  /// The floating-point operations of a forward pass over positions 0 to
  /// `positions` − 1.
  ///
  /// A multiplication and an addition for each weight at each position; in
  /// attention the same for each element of a key and of a value that a
  /// position sees, its own and the earlier ones. What grows with neither,
  /// as norms, exponentials and the optimiser, is not counted.
  func forwardOperations(positions: Int) -> Double {
    let pairs = positions * (positions + 1) / 2
    return Double(
      2 * positions * multipliedWeights
        + 4 * pairs * embeddingWidth * layerCount)
  }

  /// The same with the backward pass.
  ///
  /// Each product of the forward pass has two there: one for the gradient of
  /// each factor. What is computed again to save memory is not counted again.
  func trainingOperations(positions: Int) -> Double {
    3 * forwardOperations(positions: positions)
  }
}
