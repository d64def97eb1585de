import MicroGPTFormat

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
