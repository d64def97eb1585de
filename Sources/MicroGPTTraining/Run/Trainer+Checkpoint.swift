import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// What a trainer begins with and what it leaves: checkpoints.
extension Trainer {
  /// Goes on with a run as if it had never been interrupted: the bytes of its
  /// checkpoints are the same, on any number of threads, unless somebody took
  /// its history from the labels.
  ///
  /// - Parameters:
  ///   - checkpoint: What the run left, with its training state.
  ///   - corpus: Its data, read with the checkpoint's vocabulary; of lines the
  ///     documents matter, and not how the lines end.
  ///   - additionalSteps: How many more steps to plan than were.
  ///   - threadCount: The number of threads to use, at least 1.
  /// - Throws: ``TrainingError`` if it cannot go on from there, or the data are
  ///   others.
  public convenience init(
    resuming checkpoint: Checkpoint, corpus: Corpus, additionalSteps: Int = 0,
    threadCount: Int = 1
  ) throws(TrainingError) {
    let manifest = checkpoint.manifest
    var state: TrainingState
    do { state = try TrainingState(manifest) } catch { throw .state(error) }
    if additionalSteps > 0 {
      do { try state.extend(by: additionalSteps) } catch {
        throw .state(.options(error))
      }
    }
    try state.check(corpus)
    try TrainingState.requireElementType(.f32, in: manifest)
    try self.init(
      configuration: manifest.configuration, corpus: corpus, state: state,
      beginning: (checkpoint, TensorRole.allCases), threadCount: threadCount,
      kernels: mgpt_kernels_in_use().pointee)
  }

  /// Begins a run with the weights of another model, and Adam afresh.
  ///
  /// - Parameters:
  ///   - checkpoint: The model; its element type does not matter.
  ///   - corpus: The data, read with the checkpoint's vocabulary.
  ///   - options: How to train.
  ///   - threadCount: The number of threads to use, at least 1.
  /// - Throws: ``TrainingError``.
  public convenience init(
    startingFrom checkpoint: Checkpoint, corpus: Corpus,
    options: TrainingOptions, threadCount: Int = 1
  ) throws(TrainingError) {
    let fingerprint: String
    do { fingerprint = try checkpoint.fingerprint() } catch {
      throw .checkpoint(error)
    }
    try self.init(
      configuration: checkpoint.manifest.configuration, corpus: corpus,
      state: TrainingState(
        options: options, corpus: corpus, initialModel: fingerprint),
      beginning: (checkpoint, [.weight]), threadCount: threadCount,
      kernels: mgpt_kernels_in_use().pointee)
  }

  /// Takes over the tensors of some roles.
  func load(
    _ checkpoint: Checkpoint, _ roles: [TensorRole]
  ) throws(TrainingError) {
    guard checkpoint.manifest.vocabulary == vocabulary else {
      throw .vocabularyMismatch
    }
    for (index, tensor) in checkpoint.manifest.tensors.enumerated()
    where roles.contains(tensor.role) {
      let range = range(of: tensor)
      do {
        try checkpoint.readFiniteFloats(
          ofTensorAt: index,
          into: buffer(of: tensor.role).base + range.lowerBound)
      } catch {
        throw .checkpoint(error)
      }
    }
    adam.resume(after: completedSteps)
  }

  /// What a checkpoint of the run says, training state and labels included.
  ///
  /// A validation that is due is to come first, or the run goes on without it.
  ///
  /// - Parameters:
  ///   - codec: How tensors are stored.
  ///   - labels: Labels beside those that the run sets itself.
  /// - Returns: The manifest, to whose writer ``write(_:to:)`` gives the
  ///   tensors, one after the other.
  public func manifest(codec: Codec, labels: Properties? = nil) -> Manifest {
    state.manifest(
      configuration: configuration, vocabulary: vocabulary, elementType: .f32,
      codec: codec, documentCount: documentCount, labels: labels)
  }

  /// Writes the elements of a tensor to a checkpoint.
  ///
  /// - Parameters:
  ///   - tensor: A tensor of ``manifest(codec:labels:)``.
  ///   - writer: The writer.
  /// - Throws: `CheckpointError` if they cannot be written.
  public func write(
    _ tensor: TensorDescriptor, to writer: CheckpointWriter
  ) throws(CheckpointError) {
    let range = range(of: tensor)
    try writer.append(
      UnsafeRawBufferPointer(
        UnsafeBufferPointer(
          start: buffer(of: tensor.role).base + range.lowerBound,
          count: range.count)))
  }

  private func buffer(of role: TensorRole) -> FloatBuffer {
    switch role {
    case .weight: weights.values
    case .adamM: adam.firstMoments
    case .adamV: adam.secondMoments
    }
  }

  /// Where a tensor stands in the buffer of its role.
  private func range(of tensor: TensorDescriptor) -> Range<Int> {
    guard let range = weights.layout.range(of: tensor.name) else {
      preconditionFailure("the model has no \(tensor.name)")
    }
    return range
  }
}

// MARK: - Weights

extension Trainer {
  /// Calls a closure with all weights, matrix by matrix in the order of
  /// `configuration.weightShapes`, each row by row.
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

  /// Whether all weights are finite, in O(parameters).
  ///
  /// The last update may break what a loss before it did not show, so this is
  /// to be asked before the weights are kept.
  public var hasFiniteWeights: Bool {
    UnsafePointer(weights.values.base)
      .firstNonFinite(count: weights.values.count) == nil
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
}
