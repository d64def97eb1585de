/// Some rows of a matrix, and what their gradient follows from.
struct MatrixSlice: Sendable {
  let matrix: ParameterLayout.Matrix
  /// Where the gradients of what came out stand, and what went in.
  let outputGradient: Int
  let input: Int
  private(set) var rows: Range<Int>

  /// The slices of each layer's matrices, the largest first.
  ///
  /// Those of the head are the last layer's.
  static func all(
    _ parameters: ParameterLayout, _ layout: ActivationLayout
  ) -> [[MatrixSlice]] {
    parameters.layers.indices.map { index in
      let (matrices, layer) = (parameters.layers[index], layout.layers[index])
      var all = [
        Self(matrices.contract, layout.mlpGradient, layer.hidden),
        Self(matrices.expand, layout.hiddenGradient, layer.hiddenInput),
        Self(matrices.attention, layout.headGradient, layer.attentionInput),
        Self(matrices.output, layout.attentionGradient, layer.attention),
      ]
      if index == parameters.layers.count - 1 {
        all.append(Self(parameters.head, layout.logits, layout.output))
      }
      return all.flatMap(\.parts).sorted { $0.size > $1.size }
    }
  }

  private init(
    _ matrix: ParameterLayout.Matrix, _ outputGradient: Int, _ input: Int
  ) {
    self.matrix = matrix
    self.outputGradient = outputGradient
    self.input = input
    rows = 0..<matrix.outputs
  }

  /// What threads share.
  private var parts: [MatrixSlice] {
    let height = 144
    return stride(from: 0, to: matrix.outputs, by: height).map { start in
      var part = self
      part.rows = start..<min(start + height, matrix.outputs)
      return part
    }
  }

  /// The number of weights.
  private var size: Int { rows.count * matrix.inputs }
}
