import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// Loss and gradient of batches, the same bits for any number of threads.
///
/// A batch is cut into at most eight contiguous shards, whatever the number of
/// threads. Each adds into a gradient buffer of its own; these are then added
/// in the order of the shards. The price is memory: a buffer of all gradients
/// and one of all activations for each shard.
final class GradientEngine {
  let shards: [GradientShard]
  private let batchSize: Int
  private let pool: WorkerPool?

  /// The number of shards of a batch.
  static func shardCount(batchSize: Int) -> Int { min(batchSize, 8) }

  /// The greatest number of documents of a shard.
  static func shardSize(batchSize: Int) -> Int {
    let count = shardCount(batchSize: batchSize)
    return (batchSize + count - 1) / count
  }

  init(
    _ configuration: GPTConfiguration, positions: Int, batchSize: Int,
    threadCount: Int, kernels: mgpt_kernels
  ) {
    let count = Self.shardCount(batchSize: batchSize)
    shards = (0..<count).map { _ in
      GradientShard(
        configuration, positions: positions,
        documents: Self.shardSize(batchSize: batchSize), kernels: kernels)
    }
    self.batchSize = batchSize
    // One document is too little work to hand out.
    pool =
      count > 1 && threadCount > 1
      ? WorkerPool(threadCount: threadCount) : nil
  }

  /// Computes the mean loss of a batch, and leaves the gradient in the shards.
  ///
  /// - Parameters:
  ///   - batch: The documents.
  ///   - weights: The weights of the model.
  /// - Returns: The mean over the documents of their mean over positions.
  func run(_ batch: Batch, weights: ModelWeights) -> Double {
    let (shards, batchSize) = (shards, batchSize)
    perform(count: shards.count) { index in
      let first = index * batchSize / shards.count
      let end = (index + 1) * batchSize / shards.count
      shards[index].run(
        batch, first..<end, weights, share: 1 / Double(batchSize))
    }
    return shards.reduce(0) { $0 + $1.loss }
  }

  /// Adds the shards' gradients, which are the first shard's then, and updates
  /// the weights with them.
  ///
  /// - Parameters:
  ///   - weights: The weights.
  ///   - adam: What updates them; `nil` leaves them.
  func reduce(_ weights: ModelWeights, with adam: Adam?) {
    let shards = shards
    let total = shards[0].gradients
    let isLarge = total.count > 65_536
    perform(count: weights.pieces.count, isWorthSharing: isLarge) { index in
      let piece = weights.pieces[index]
      let start = piece.range.lowerBound
      for shard in 1..<shards.count {
        shards[shard].kernels.add(
          total.base + start, shards[shard].gradients.base + start,
          piece.range.count)
      }
      if let adam {
        adam.update(weights.values, total, piece.range)
        weights.transpose(piece)
      }
    }
  }

  private func perform(
    count: Int, isWorthSharing: Bool = true, _ body: @Sendable (Int) -> Void
  ) {
    if let pool, isWorthSharing {
      pool.perform(count: count, body)
    } else {
      for index in 0..<count { body(index) }
    }
  }
}
