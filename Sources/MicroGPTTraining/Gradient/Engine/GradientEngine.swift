import CMicroGPTKernels
import MicroGPTParallel

/// Loss and gradient of batches, the same bits for any number of threads.
///
/// Two ways of sharing the work: of a small model, each thread takes whole
/// shards of the batch, whose gradients are then added in order; on a large one
/// all threads work together. Which way, and how many shards, depends on model
/// and batch alone.
final class GradientEngine: @unchecked Sendable {
  private let shards: [FloatBuffer]  // the gradients of each
  private let losses: UnsafeMutableBufferPointer<Double>  // (shards)
  private let squares: UnsafeMutableBufferPointer<Double>  // (pieces)
  /// One for each thread, or one for all.
  private let workspaces: [Workspace]
  private let team: Team
  private let kernels: mgpt_kernels
  private let weights: ModelWeights
  private let extent: Extent

  /// Allocates all that the engine will ever need.
  ///
  /// - Parameters:
  ///   - weights: The model.
  ///   - extent: How a batch is cut.
  ///   - team: The threads.
  ///   - kernels: The instruction set to use.
  /// - Throws: ``OutOfMemory``.
  init(
    _ weights: ModelWeights, extent: Extent, team: Team, kernels: mgpt_kernels
  ) throws(OutOfMemory) {
    self.team = team
    self.kernels = kernels
    self.weights = weights
    self.extent = extent
    shards = try (0..<extent.shards).map { _ throws(OutOfMemory) in
      try FloatBuffer(count: weights.layout.count, for: "the gradients")
    }
    let isTogether = extent.shards == 1
    workspaces = try (0..<(isTogether ? 1 : team.threadCount)).map {
      _ throws(OutOfMemory) in
      try Workspace(
        weights, extent: extent,
        team: isTogether ? team : Team(threadCount: 1, extent: extent),
        kernels: kernels)
    }
    losses = .allocate(capacity: extent.shards)
    losses.initialize(repeating: 0)
    squares = .allocate(capacity: weights.pieces.count)
    squares.initialize(repeating: 0)
  }

  deinit {
    losses.deallocate()
    squares.deallocate()
  }

  /// How many gradients ``reduce(_:)`` adds.
  var shardCount: Int { shards.count }

  /// Computes the loss of a batch and leaves its gradient in the shards.
  ///
  /// - Parameters:
  ///   - batch: The documents.
  ///   - dropout: What is left out, if the extent says that there is any.
  /// - Returns: The mean over the documents of their mean over positions.
  func run(_ batch: Batch, dropout: Dropout?) -> Double {
    precondition(
      (dropout != nil) == extent.hasDropout, "laid out for something else")
    let count = shards.count
    if count == 1 {
      return workspaces[0].run(
        batch, 0..<batch.count, gradients: shards[0], dropout: dropout)
    }
    let threadCount = team.threadCount(
      for: 6 * weights.layout.count * batch.positionCount)
    team.perform(count, threadCount: threadCount) { index, thread in
      let first = index * batch.count / count
      let end = (index + 1) * batch.count / count
      losses[index] = workspaces[thread].run(
        batch, first..<end, gradients: shards[index], dropout: dropout)
    }
    return losses.reduce(0, +)
  }

  /// Computes the losses of documents, without dropout and gradients.
  ///
  /// - Parameter batch: Any number of documents, of no more positions than
  ///   those of the extent.
  /// - Returns: For each document the sum over its positions, in nats: the same
  ///   bits whatever else the batch has.
  /// - Complexity: O(positions), in the memory that there is for `run`.
  func evaluate(_ batch: Batch) -> [Double] {
    precondition(
      batch.positions <= extent.positions, "no room for the documents")
    let groups = DocumentGroup.all(of: batch, rowLimit: extent.rows)
    // Where there is one workspace, the threads share each group.
    let threadCount =
      shards.count == 1
      ? 1
      : team.threadCount(for: 2 * weights.layout.count * batch.positionCount)
    return [Double](unsafeUninitializedCapacity: batch.count) { losses, count in
      nonisolated(unsafe) let results = losses
      team.perform(groups.count, threadCount: threadCount) { index, thread in
        workspaces[thread].evaluate(groups[index], to: results)
      }
      count = batch.count
    }
  }

  /// Where the gradients of all weights stand once they are reduced, as the
  /// layout of the parameters says.
  var gradients: UnsafePointer<Float> { UnsafePointer(shards[0].base) }

  /// Adds the gradients of a range of weights over the shards.
  ///
  /// - Parameter range: The weights; none twice after a run.
  func reduce(_ range: Range<Int>) {
    for shard in shards.dropFirst() {
      kernels.add(
        shards[0].base + range.lowerBound, shard.base + range.lowerBound,
        range.count)
    }
  }

  /// Adds the gradients of all weights over the shards, and measures them.
  ///
  /// - Returns: Their Euclidean norm.
  func reduceAll() -> Double {
    let pieces = weights.pieces
    let threadCount = team.threadCount(
      for: 10 * shards.count * weights.layout.count)
    team.perform(pieces.count, threadCount: threadCount) { index, _ in
      let range = pieces[index].range
      reduce(range)
      squares[index] = kernels.sum_of_squares(
        gradients + range.lowerBound, range.count)
    }
    return squares.reduce(0, +).squareRoot()
  }
}
