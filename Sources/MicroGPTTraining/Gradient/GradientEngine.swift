import CMicroGPTKernels
import MicroGPTFormat

/// Loss and gradient of batches, the same bits for any number of threads.
///
/// Two ways of sharing the work: of a small model, each thread takes whole
/// shards of the batch, whose gradients are then added in order; on a large one
/// all threads work together. Which way, and how many shards, depends on model
/// and batch alone.
final class GradientEngine: @unchecked Sendable {
  private let shards: [FloatBuffer]  // the gradients of each
  private let losses: UnsafeMutableBufferPointer<Double>  // (shards)
  /// One for each thread, or one for all.
  private let workspaces: [Workspace]
  private let team: Team
  private let kernels: mgpt_kernels
  private let operationsPerPosition: Int

  /// Allocates all that the engine will ever need.
  ///
  /// - Parameters:
  ///   - weights: The model.
  ///   - extent: How a batch is cut.
  ///   - team: The threads.
  ///   - kernels: The instruction set to use.
  init(
    _ weights: ModelWeights, extent: Extent, team: Team, kernels: mgpt_kernels
  ) {
    self.team = team
    self.kernels = kernels
    operationsPerPosition = 6 * weights.layout.count
    shards = (0..<extent.shards).map { _ in
      FloatBuffer(count: weights.layout.count)
    }
    losses = .allocate(capacity: extent.shards)
    losses.initialize(repeating: 0)
    let isTogether = extent.shards == 1
    workspaces = (0..<(isTogether ? 1 : team.threadCount)).map { _ in
      Workspace(
        weights, extent: extent,
        team: isTogether ? team : Team(threadCount: 1, extent: extent),
        kernels: kernels)
    }
  }

  deinit { losses.deallocate() }

  /// How many gradients ``reduce(_:)`` adds.
  var shardCount: Int { shards.count }

  /// Computes the loss of a batch and leaves its gradient in the shards.
  ///
  /// - Parameter batch: The documents.
  /// - Returns: The mean over the documents of their mean over positions.
  func run(_ batch: Batch) -> Double {
    let count = shards.count
    if count == 1 {
      return workspaces[0].run(batch, 0..<batch.count, gradients: shards[0])
    }
    let threads = team.threadCount(
      for: operationsPerPosition * batch.positionCount)
    team.perform(count, threads: threads) { index, thread in
      let first = index * batch.count / count
      let end = (index + 1) * batch.count / count
      losses[index] = workspaces[thread].run(
        batch, first..<end, gradients: shards[index])
    }
    return losses.reduce(0, +)
  }

  /// Adds the gradients of a range of weights over the shards.
  ///
  /// - Parameter range: The weights; none twice after a run.
  /// - Returns: Where the gradients of all weights stand, as the layout of the
  ///   parameters says.
  func reduce(_ range: Range<Int>) -> UnsafePointer<Float> {
    let total = shards[0].base
    for shard in shards.dropFirst() {
      kernels.add(
        total + range.lowerBound, shard.base + range.lowerBound, range.count)
    }
    return UnsafePointer(total)
  }
}
