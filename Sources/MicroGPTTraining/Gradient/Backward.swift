import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

extension Pass {
  /// Computes the gradients of all weights, once the pass has gone forward.
  ///
  /// - Parameters:
  ///   - gradients: Where they come, as the layout of the parameters says.
  ///   - adds: Whether they are added to what is there.
  func backward(to gradients: FloatBuffer, adds: Bool) {
    let last = space.places.layers.count - 1
    forEachBlock { rows in
      propagate(
        space.parameters.head, from: space.places.logits,
        to: space.places.outputGradient, rows)
      propagateMLP(last, rows)
    }
    for index in (0...last).reversed() {
      propagateAttention(space.places.layers[index])
      accumulate(index, to: gradients, adds: adds)
      forEachBlock { rows in
        propagateNorm(index, rows)
        if index > 0 {
          propagateMLP(index - 1, rows)
        } else {
          propagateEmbedding(rows)
        }
      }
    }
    accumulateEmbeddings(to: gradients, adds: adds)
  }

  /// Turns the gradient of a layer's output into those of its middle and of
  /// its attention, the branch.
  private func propagateMLP(_ index: Int, _ rows: Range<Int>) {
    let places = space.places
    let layer = places.layers[index]
    let matrices = space.parameters.layers[index]
    dropOut(
      .mlp(layer: index), from: places.outputGradient, to: places.mlpGradient,
      rows)
    propagate(
      matrices.contract, from: places.mlpGradient,
      to: places.hiddenGradient, rectified: layer.hidden, rows)
    propagate(
      matrices.expand, from: places.hiddenGradient,
      to: places.branchGradient, rows)
    propagateNorm(
      of: layer.middle, scale: layer.middleScale,
      beside: places.outputGradient, to: places.middleGradient, rows)
    dropOut(
      .attention(layer: index), from: places.middleGradient,
      to: places.attentionGradient, rows)
    propagate(
      matrices.output, from: places.attentionGradient,
      to: places.branchGradient, rows)
  }

  private func propagateAttention(_ layer: ActivationLayout.Layer) {
    let places = space.places
    let width = space.configuration.embeddingWidth
    forEachHeads(of: layer) { heads, scratch in
      let a = space.activations.base
      let start = heads.row * 3 * width + heads.column
      let query = a + layer.heads + start
      let gradient = a + places.headGradient + start
      withUnsafePointer(to: heads.shape) { shape in
        space.kernels.attention_gradient(
          gradient, gradient + width, gradient + 2 * width,
          a + places.branchGradient + heads.row * width + heads.column,
          a + heads.kept, scratch, query, query + width, query + 2 * width,
          shape)
      }
    }
  }

  /// Turns the gradients of queries, keys and values, and of the middle, into
  /// that of a layer's input, which is the output of the layer below.
  private func propagateNorm(_ index: Int, _ rows: Range<Int>) {
    let places = space.places
    let layer = places.layers[index]
    propagate(
      space.parameters.layers[index].attention, from: places.headGradient,
      to: places.branchGradient, rows)
    propagateNorm(
      of: layer.input, scale: layer.inputScale,
      beside: places.middleGradient, to: places.outputGradient, rows)
  }

  /// The embeddings end in a norm with no residual beside it.
  private func propagateEmbedding(_ rows: Range<Int>) {
    let places = space.places
    let a = space.activations.base
    let width = space.configuration.embeddingWidth
    let start = rows.lowerBound * width
    let gradient = a + places.outputGradient + start
    space.kernels.rms_norm_gradient(
      gradient, nil, gradient, a + places.embedding + start,
      a + places.embeddingScale + rows.lowerBound, rows.count, width)
    dropOut(
      .embedding, from: places.outputGradient, to: places.outputGradient, rows)
  }

  /// The gradient with respect to what was normalised: through the norm, from
  /// the branch, and beside it.
  private func propagateNorm(
    of input: Int, scale: Int, beside residual: Int, to output: Int,
    _ rows: Range<Int>
  ) {
    let a = space.activations.base
    let width = space.configuration.embeddingWidth
    let start = rows.lowerBound * width
    space.kernels.rms_norm_gradient(
      a + output + start, a + residual + start,
      a + space.places.branchGradient + start, a + input + start,
      a + scale + rows.lowerBound, rows.count, width)
  }

  /// The gradient with respect to what a matrix was applied to, from that with
  /// respect to what came out.
  private func propagate(
    _ matrix: ParameterLayout.Matrix, from output: Int, to input: Int,
    rectified: Int? = nil, _ rows: Range<Int>
  ) {
    let a = space.activations.base
    let start = rows.lowerBound * matrix.inputs
    space.kernels.linear_input_gradient(
      a + input + start, a + output + rows.lowerBound * matrix.outputs,
      space.weights.backwardPanels(of: matrix),
      rectified.map { UnsafePointer(a + $0 + start) }, rows.count,
      matrix.inputs, matrix.outputs)
  }
}

// MARK: - Weights

extension Pass {
  /// Computes the gradients of a layer's matrices, and of the head with those
  /// of the last layer.
  private func accumulate(
    _ index: Int, to gradients: FloatBuffer, adds: Bool
  ) {
    let slices = space.slices[index]
    space.team.perform(slices.count, threads: threads) { number, _ in
      let slice = slices[number]
      let matrix = slice.matrix
      let a = space.activations.base
      let start = slice.rows.lowerBound
      space.kernels.linear_weight_gradient(
        gradients.base + matrix.start + start * matrix.inputs,
        a + slice.outputGradient + start, a + slice.input, adds ? 1 : 0,
        group.rowCount, matrix.inputs, slice.rows.count, matrix.outputs)
    }
  }

  private func accumulateEmbeddings(to gradients: FloatBuffer, adds: Bool) {
    let parameters = space.parameters
    let g = gradients.base
    let width = space.configuration.embeddingWidth
    if !adds { g.update(repeating: 0, count: parameters.head.start) }
    for document in group.documents {
      let rows = group.rows(of: document)
      space.kernels.embed_gradient(
        g + parameters.tokenEmbedding, g + parameters.positionEmbedding,
        group.batch.tokens(of: document),
        space.activations.base + space.places.outputGradient
          + rows.lowerBound * width, rows.count, width)
    }
  }
}
