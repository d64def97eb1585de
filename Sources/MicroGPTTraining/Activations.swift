import MicroGPTFormat

/// Where each activation of one document, and each gradient with respect to
/// one, stands in a flat buffer.
///
/// `T` is the greatest number of positions; a shorter document uses the first
/// rows. What the backward pass needs of a layer is kept for every layer; the
/// gradients are shared by all, since they go through them one at a time.
struct ActivationLayout: Sendable {
  /// What the forward pass leaves of one layer.
  struct Layer: Sendable {
    let input: Int  // (T, n_embd)
    let inputScale: Int  // (T)
    let attentionInput: Int  // (T, n_embd), normalised
    let query: Int  // (T, n_embd)
    let key: Int  // (T, n_embd)
    let value: Int  // (T, n_embd)
    let probabilities: Int  // (n_head, T (T + 1) / 2), causal, packed
    let attention: Int  // (T, n_embd)
    let middle: Int  // (T, n_embd)
    let middleScale: Int  // (T)
    let hiddenInput: Int  // (T, n_embd), normalised
    let hidden: Int  // (T, 4 n_embd), behind the ReLU
  }

  let embedding: Int  // (T, n_embd)
  let embeddingScale: Int  // (T)
  let layers: [Layer]
  let output: Int  // (T, n_embd)
  let logits: Int  // (T, vocab_size); then their gradients

  let residualGradient: Int  // (T, n_embd)
  let branchGradient: Int  // (T, n_embd)
  let hiddenGradient: Int  // (T, 4 n_embd)
  let queryGradient: Int  // (T, n_embd)
  let keyGradient: Int  // (T, n_embd)
  let valueGradient: Int  // (T, n_embd)
  let scoreGradient: Int  // (T)
  /// The number of all floats; `Int.max` if it has more than 63 bits.
  let count: Int

  init(_ configuration: GPTConfiguration, positions: Int) {
    let width = configuration.embeddingWidth
    let hiddenWidth = configuration.hiddenWidth
    let triangle = positions * (positions + 1) / 2
    var layout = BufferLayout()
    embedding = layout.take(positions, width)
    embeddingScale = layout.take(positions)
    layers = (0..<configuration.layerCount).map { _ in
      Layer(
        input: layout.take(positions, width),
        inputScale: layout.take(positions),
        attentionInput: layout.take(positions, width),
        query: layout.take(positions, width),
        key: layout.take(positions, width),
        value: layout.take(positions, width),
        probabilities: layout.take(configuration.headCount, triangle),
        attention: layout.take(positions, width),
        middle: layout.take(positions, width),
        middleScale: layout.take(positions),
        hiddenInput: layout.take(positions, width),
        hidden: layout.take(positions, hiddenWidth))
    }
    output = layout.take(positions, width)
    logits = layout.take(positions, configuration.vocabularySize)
    residualGradient = layout.take(positions, width)
    branchGradient = layout.take(positions, width)
    hiddenGradient = layout.take(positions, hiddenWidth)
    queryGradient = layout.take(positions, width)
    keyGradient = layout.take(positions, width)
    valueGradient = layout.take(positions, width)
    scoreGradient = layout.take(positions)
    count = layout.count
  }
}
