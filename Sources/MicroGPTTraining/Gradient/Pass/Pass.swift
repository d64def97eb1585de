import CMicroGPTKernels
import MicroGPTFormat

/// A group of documents on its way through the model and back.
///
/// What happens row by row is done for a block of rows from one attention to
/// the next, and threads share the blocks; attention they share by documents
/// and heads, the gradients of weights by matrices. In between they wait for
/// each other.
struct Pass: Sendable {
  let space: Workspace
  let group: DocumentGroup
  let dropout: Dropout?
  /// How many threads share the work.
  let threadCount: Int

  init(_ space: Workspace, _ group: DocumentGroup, dropout: Dropout?) {
    self.space = space
    self.group = group
    self.dropout = dropout
    // What is between two waits: five times in a layer, and twice besides.
    let shares = 5 * space.layout.layers.count + 2
    let threadCount = space.team.threadCount(
      for: 6 * space.parameters.count * group.rowCount / shares)
    // With fewer than four rows each, blocks would hardly be worth a thread.
    self.threadCount = max(1, min(threadCount, group.rowCount / 4))
  }

  /// The loss of the group, once it has gone forward.
  ///
  /// - Returns: The sum over the documents of their means over positions,
  ///   divided by the number of documents of the batch.
  func loss() -> Double {
    var loss = 0.0
    for document in group.documents {
      let count = group.rows(of: document).count
      loss += share * (self.loss(of: document) / Double(count))
    }
    return loss
  }

  /// The loss of a document, once it has gone forward: the sum over its
  /// positions, in nats.
  func loss(of document: Int) -> Double {
    let rows = group.rows(of: document)
    return space.kernels.loss(space.losses + rows.lowerBound, rows.count)
  }

  /// A document's part in the batch.
  var share: Double { 1 / Double(group.batch.count) }

  /// Calls a closure with blocks of rows, all rows in total.
  func forEachBlock(_ body: @Sendable (Range<Int>) -> Void) {
    let rows = group.rowCount
    if threadCount == 1 && rows <= space.extent.block { return body(0..<rows) }
    let needed = (rows + space.extent.block - 1) / space.extent.block
    // As many for each thread as for another.
    let count = (needed + threadCount - 1) / threadCount * threadCount
    space.team.perform(count, threadCount: threadCount) { index, _ in
      body(index * rows / count..<(index + 1) * rows / count)
    }
  }

  /// Some heads of a document.
  struct Heads {
    let shape: mgpt_attention_shape
    /// The document's first row.
    let row: Int
    /// Their first column among queries, and among outputs.
    let column: Int
    /// Where they keep what their gradient needs.
    let kept: Int
  }

  /// Calls a closure with some heads of a document, all heads of all documents
  /// in total.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - body: The closure, given the heads and memory for its own use.
  func forEachHeads(
    of layer: ActivationLayout.Layer,
    _ body: @Sendable (Heads, UnsafeMutablePointer<Float>) -> Void
  ) {
    let documents = group.documents
    let isEnough = threadCount == 1 || documents.count >= 4 * threadCount
    let heads = isEnough ? space.shape.heads : space.minimumHeads
    let parts = isEnough ? 1 : space.shape.heads / heads
    space.team.perform(documents.count * parts, threadCount: threadCount) {
      index, thread in
      let (document, part) =
        parts == 1 ? (index, 0) : index.quotientAndRemainder(dividingBy: parts)
      let rows = group.rows(of: documents.lowerBound + document)
      var shape = space.shape
      shape.count = rows.count
      shape.heads = heads
      let kept = layer.kept + rows.lowerBound * space.layout.keptPerRow
      body(
        Heads(
          shape: shape, row: rows.lowerBound,
          column: part * heads * shape.head_width,
          kept: part == 0 ? kept : kept + part * shape.kept),
        space.team.scratch(thread))
    }
  }
}
