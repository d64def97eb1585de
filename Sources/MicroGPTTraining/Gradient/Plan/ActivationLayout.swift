import CMicroGPTKernels
import MicroGPTFormat

/// Where each activation of a group of documents, and each gradient with
/// respect to one, stands in a flat buffer.
///
/// `R` is the greatest number of rows: the positions of all documents of a
/// group, one document after the other. Fewer use the first rows. What the
/// backward pass needs of a layer is kept for every layer; the gradients are
/// shared by all, since they go through them one at a time. The gradients before
/// and behind a dropout are the same ones where there is none.
struct ActivationLayout: Sendable {
  /// What the forward pass leaves of one layer.
  struct Layer: Sendable {
    let input: Int  // (R, n_embd)
    let inputScale: Int  // (R)
    let attentionInput: Int  // (R, n_embd), normalized
    let heads: Int  // (R, 3 n_embd): query, key and value
    let kept: Int  // (R, keptPerRow), what attention keeps
    let attention: Int  // (R, n_embd)
    let middle: Int  // (R, n_embd)
    let middleScale: Int  // (R)
    let hiddenInput: Int  // (R, n_embd), normalized
    let hidden: Int  // (R, 4 n_embd), behind the ReLU
  }

  let embedding: Int  // (R, n_embd)
  let embeddingScale: Int  // (R)
  let layers: [Layer]
  let output: Int  // (R, n_embd)
  let logits: Int  // (R, vocab_size); then their gradients

  let outputGradient: Int  // (R, n_embd), of a layer's output
  let mlpGradient: Int  // (R, n_embd), before dropout
  let middleGradient: Int  // (R, n_embd)
  let attentionGradient: Int  // (R, n_embd), before dropout
  let branchGradient: Int  // (R, n_embd)
  let hiddenGradient: Int  // (R, 4 n_embd)
  let headGradient: Int  // (R, 3 n_embd): of query, key and value
  /// What attention keeps for each row.
  let keptPerRow: Int
  /// The number of all floats; `Int.max` if it has more than 63 bits.
  let count: Int

  /// A layer's output: the input of the next one, or that of the head.
  func output(ofLayer index: Int) -> Int {
    index + 1 < layers.count ? layers[index + 1].input : output
  }

  /// Lays out the activations of a group.
  init(_ extent: Extent) {
    let configuration = extent.configuration
    let width = configuration.embeddingWidth
    let hiddenWidth = configuration.hiddenWidth
    let rows = extent.rows
    let keptPerRow = extent.keptPerRow
    var layout = BufferLayout(alignment: MGPT_LANES)
    embedding = layout.take(rows, width)
    embeddingScale = layout.take(rows)
    layers = (0..<configuration.layerCount).map { _ in
      Layer(
        input: layout.take(rows, width),
        inputScale: layout.take(rows),
        attentionInput: layout.take(rows, width),
        heads: layout.take(rows, 3 * width),
        kept: layout.take(rows, keptPerRow),
        attention: layout.take(rows, width),
        middle: layout.take(rows, width),
        middleScale: layout.take(rows),
        hiddenInput: layout.take(rows, width),
        hidden: layout.take(rows, hiddenWidth))
    }
    output = layout.take(rows, width)
    logits = layout.take(rows, configuration.vocabularySize)
    outputGradient = layout.take(rows, width)
    mlpGradient = extent.hasDropout ? layout.take(rows, width) : outputGradient
    middleGradient = layout.take(rows, width)
    attentionGradient =
      extent.hasDropout ? layout.take(rows, width) : middleGradient
    branchGradient = layout.take(rows, width)
    hiddenGradient = layout.take(rows, hiddenWidth)
    headGradient = layout.take(rows, 3 * width)
    self.keptPerRow = keptPerRow
    count = layout.count
  }
}
