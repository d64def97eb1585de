import CMicroGPTKernels
import MicroGPTFormat

/// Where each weight matrix stands in the flat buffer of all parameters.
///
/// The order is microgpt.py's (`GPTConfiguration.weightShapes`), without gaps.
/// Gradients and Adam's moments are laid out in the same way.
struct ParameterLayout: Sendable {
  /// A matrix of shape (outputs, inputs).
  struct Matrix: Sendable {
    let start: Int
    let outputs: Int
    let inputs: Int
    /// Where its panels stand in the buffers of such.
    let forwardPanels: Int
    let backwardPanels: Int
  }

  /// The matrices of one layer.
  struct Layer: Sendable {
    /// Those of queries, keys and values, which stand one after the other.
    let attention: Matrix  // (3 n_embd, n_embd)
    let output: Matrix  // (n_embd, n_embd)
    let expand: Matrix  // (4 n_embd, n_embd)
    let contract: Matrix  // (n_embd, 4 n_embd)

    var all: [Matrix] { [attention, output, expand, contract] }
  }

  let tokenEmbedding: Int  // (vocab_size, n_embd)
  let positionEmbedding: Int  // (block_size, n_embd)
  let head: Matrix  // (vocab_size, n_embd)
  let layers: [Layer]
  /// The number of all parameters.
  let count: Int
  /// The size of all panels.
  let forwardPanelCount: Int
  let backwardPanelCount: Int
  /// Names and shapes, in order.
  let matrices: [WeightShape]

  init(_ configuration: GPTConfiguration) {
    let width = configuration.embeddingWidth
    let hiddenWidth = configuration.hiddenWidth
    matrices = configuration.weightShapes
    var layout = BufferLayout()
    var forward = BufferLayout(alignment: MGPT_LANES)
    var backward = BufferLayout(alignment: MGPT_LANES)
    func take(_ outputs: Int, _ inputs: Int) -> Matrix {
      Matrix(
        start: layout.take(outputs, inputs), outputs: outputs, inputs: inputs,
        forwardPanels: forward.take(mgpt_padded(outputs), inputs),
        backwardPanels: backward.take(outputs, mgpt_padded(inputs)))
    }
    tokenEmbedding = layout.take(configuration.vocabularySize, width)
    positionEmbedding = layout.take(configuration.blockSize, width)
    head = take(configuration.vocabularySize, width)
    layers = (0..<configuration.layerCount).map { _ in
      Layer(
        attention: take(3 * width, width), output: take(width, width),
        expand: take(hiddenWidth, width), contract: take(width, hiddenWidth))
    }
    count = layout.count
    forwardPanelCount = forward.count
    backwardPanelCount = backward.count
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
