import MicroGPTFormat

/// Where each weight matrix stands in the flat buffer of all parameters.
///
/// The order is microgpt.py's (`GPTConfiguration.weights`), without gaps.
/// Gradients and Adam's moments are laid out in the same way.
struct ParameterLayout: Sendable {
  /// The matrices of one layer.
  struct Layer: Sendable {
    let query: Int  // (n_embd, n_embd)
    let key: Int  // (n_embd, n_embd)
    let value: Int  // (n_embd, n_embd)
    let output: Int  // (n_embd, n_embd)
    let expand: Int  // (4 n_embd, n_embd)
    let contract: Int  // (n_embd, 4 n_embd)
  }

  let tokenEmbedding: Int  // (vocab_size, n_embd)
  let positionEmbedding: Int  // (block_size, n_embd)
  let head: Int  // (vocab_size, n_embd)
  let layers: [Layer]
  /// The number of all parameters.
  let count: Int
  /// Names and shapes, in order.
  let matrices: [WeightMatrix]

  init(_ configuration: GPTConfiguration) {
    matrices = configuration.weights
    var layout = BufferLayout()
    let starts = matrices.map { layout.take($0.rows, $0.columns) }
    tokenEmbedding = starts[0]
    positionEmbedding = starts[1]
    head = starts[2]
    layers = stride(from: 3, to: starts.count, by: 6).map { first in
      Layer(
        query: starts[first], key: starts[first + 1],
        value: starts[first + 2], output: starts[first + 3],
        expand: starts[first + 4], contract: starts[first + 5])
    }
    count = layout.count
  }

  /// The place of a matrix, in O(matrices); `nil` if there is none so called.
  func range(of name: String) -> Range<Int>? {
    var start = 0
    for matrix in matrices {
      let range = start..<start + matrix.elementCount
      if matrix.name == name { return range }
      start = range.upperBound
    }
    return nil
  }
}
