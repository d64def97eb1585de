import CMicroGPTKernels
import MicroGPTFormat

/// How a batch is cut on its way through a model.
struct Extent: Sendable {
  let configuration: GPTConfiguration
  /// The greatest number of positions of a document.
  let positions: Int
  /// Whether activations are left out.
  let hasDropout: Bool
  /// How many shards have gradients of their own, which changes their bits.
  let shards: Int
  /// The greatest number of rows of a group of documents.
  let rows: Int
  /// How many rows at most go from one matrix to the next together.
  let block: Int
  /// How many floats attention needs while it runs.
  let scratchCount: Int

  /// The number of weights from which on all threads work on a document group
  /// together; below, each works on shards of its own, since waiting for each
  /// other would take longer than the work between two waits.
  ///
  /// The sampler's threshold, up to which a model stays in a core's cache, is
  /// another: there, threads share texts and not rows.
  private static let sharedParameterCount = 100_000

  /// Weighs what stays in the caches against what is done anew for each shard,
  /// group and block.
  ///
  /// Shards of a small model have some dozen positions each, so that adding up
  /// their gradients takes little of the time. The gradients are read and
  /// written once for each group.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - positions: The greatest number of positions of a document.
  ///   - batchSize: The number of documents of a batch.
  ///   - hasDropout: Whether activations are left out.
  init(
    _ configuration: GPTConfiguration, positions: Int, batchSize: Int,
    hasDropout: Bool
  ) {
    self.configuration = configuration
    self.positions = positions
    self.hasDropout = hasDropout
    let isSmall = configuration.parameterCount < Self.sharedParameterCount
    let perShard = max(1, 64 / positions)
    shards = isSmall ? min(16, (batchSize + perShard - 1) / perShard) : 1
    let documents = (batchSize + shards - 1) / shards
    let all = positions.multipliedReportingOverflow(by: documents)
    rows = min(
      all.overflow ? Int.max : all.partialValue,
      max(positions, isSmall ? 256 : 1024))
    block = isSmall ? 64 : 240
    scratchCount = Self.most(configuration, positions, \.scratch)
  }

  /// How many of some threads find work: of shards, each goes to one.
  func threadCount(of threadCount: Int) -> Int {
    shards == 1 ? threadCount : min(threadCount, shards)
  }

  /// What attention keeps for its gradient, in floats a row.
  var keptPerRow: Int {
    Self.most(configuration, positions) { ($0.kept + $0.count - 1) / $0.count }
  }

  /// The most that attention needs of something, which grows with the length
  /// of a document; but short documents are treated in another way.
  private static func most(
    _ configuration: GPTConfiguration, _ positions: Int,
    _ need: (mgpt_attention_shape) -> Int
  ) -> Int {
    let short = min(positions, MGPT_NARROW_POSITIONS)
    return max(
      need(mgpt_attention_shape(configuration, count: positions)),
      need(mgpt_attention_shape(configuration, count: short)))
  }
}

extension mgpt_attention_shape {
  /// All heads of a document in a buffer of queries, keys and values.
  init(_ configuration: GPTConfiguration, count: Int) {
    let width = configuration.embeddingWidth
    self.init(
      count: count, heads: configuration.headCount,
      head_width: configuration.headWidth, stride: 3 * width,
      out_stride: width)
  }

  /// How many floats attention keeps for its gradient.
  var kept: Int { withUnsafePointer(to: self, mgpt_attention_kept) }

  /// How many floats attention needs while it runs.
  var scratch: Int { withUnsafePointer(to: self, mgpt_attention_scratch) }
}
