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
  ///   - batch: Where in `tokens` each document stands, BOS on both sides.
  ///   - tokens: The documents.
  ///   - weights: The weights of the model.
  /// - Returns: The mean over the documents of their mean over positions.
  func run(
    _ batch: [Range<Int>], of tokens: [Int32], weights: ModelWeights
  ) -> Double {
    let (shards, batchSize) = (shards, batchSize)
    perform(count: shards.count) { index in
      let first = index * batchSize / shards.count
      let end = (index + 1) * batchSize / shards.count
      tokens.withUnsafeBufferPointer { tokens in
        batch.withUnsafeBufferPointer { batch in
          guard let tokens = tokens.baseAddress else { return }
          shards[index].run(
            batch[first..<end], of: tokens, weights,
            share: 1 / Double(batchSize))
        }
      }
    }
    return shards.reduce(0) { $0 + $1.loss }
  }

  /// Adds the shards' gradients and hands them on, piece by piece.
  ///
  /// - Parameter body: Gets a range of the parameters, and the buffer with
  ///   their gradients; called once for each piece, on any thread.
  func reduce(_ body: @Sendable (Range<Int>, FloatBuffer) -> Void) {
    let shards = shards
    let total = shards[0].gradients
    // Pieces that stay in the cache between the addition and the body.
    let size = 16_384
    perform(count: (total.count + size - 1) / size) { piece in
      let range = piece * size..<min(total.count, (piece + 1) * size)
      for shard in shards.dropFirst() {
        shard.kernels.add(
          total.base + range.lowerBound,
          shard.gradients.base + range.lowerBound, range.count)
      }
      body(range, total)
    }
  }

  /// Brings the transposes of weights up to date.
  func transpose(_ weights: ModelWeights) {
    let kernels = shards[0].kernels
    perform(count: weights.partCount) { part in
      weights.transpose(part: part, kernels)
    }
  }

  private func perform(count: Int, _ body: @Sendable (Int) -> Void) {
    if let pool {
      pool.perform(count: count, body)
    } else {
      for index in 0..<count { body(index) }
    }
  }
}
