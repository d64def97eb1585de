import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

// The functions stand in the order in which they run, which is that of the
// forward pass backwards, and each has the name of its opposite there.

extension Pass {
  /// Computes the gradients of all weights, once the pass has gone forward.
  ///
  /// With ∂ for the derivative of the loss, where the forward pass computes
  ///
  ///     loss             here ∂logits = softmax(logits), less 1 at the next
  ///                      token, over positions and documents
  ///     y = W · x        ∂x = Wᵀ · ∂y and ∂W += ∂y · xᵀ
  ///     y = relu(x)      ∂x = ∂y where y > 0
  ///     y = x / s        ∂x = (∂y − y · mean(y · ∂y)) / s,
  ///                      s = √(mean(x²) + ε)
  ///     m = x + b        ∂x = ∂m and ∂b = ∂m
  ///     a = p · v        ∂v = pᵀ · ∂a and ∂p = ∂a · vᵀ
  ///     p = softmax(z)   ∂z = p · (∂p − Σ p · ∂p), row by row
  ///     z = q · kᵀ / c   ∂q = ∂z · k / c and ∂k = ∂zᵀ · q / c,
  ///                      c = √head_width
  ///
  /// - Parameters:
  ///   - gradients: Where they come, as the layout of the parameters says.
  ///   - adds: Whether they are added to what is there.
  func backward(to gradients: FloatBuffer, adds: Bool) {
    let last = space.layout.layers.count - 1
    forEachBlock { rows in
      predictGradient(rows)
      finishLayerGradient(last, rows)
    }
    for layer in (0...last).reversed() {
      attendGradient(layer)
      weightGradients(layer, to: gradients, adds: adds)
      forEachBlock { rows in
        projectHeadsGradient(layer, rows)
        if layer > 0 {
          finishLayerGradient(layer - 1, rows)
        } else {
          embedGradient(rows)
        }
      }
    }
    embeddingGradients(to: gradients, adds: adds)
  }

  /// The gradient of the last layer's output, from that of the logits.
  private func predictGradient(_ rows: Range<Int>) {
    multiplyGradient(
      by: space.parameters.head, space.layout.logits,
      to: space.layout.outputGradient, rows)
  }

  /// The gradients of a layer's middle and of its attention, from that of its
  /// output.
  private func finishLayerGradient(_ index: Int, _ rows: Range<Int>) {
    let layout = space.layout
    let layer = layout.layers[index]
    let matrices = space.parameters.layers[index]
    dropOut(
      .mlp(layer: index), from: layout.outputGradient, to: layout.mlpGradient,
      rows)
    multiplyGradient(
      by: matrices.contract, layout.mlpGradient, to: layout.hiddenGradient,
      rectified: layer.hidden, rows)
    multiplyGradient(
      by: matrices.expand, layout.hiddenGradient, to: layout.branchGradient,
      rows)
    normalizeGradient(
      layer.middle, scale: layer.middleScale, beside: layout.outputGradient,
      to: layout.middleGradient, rows)
    dropOut(
      .attention(layer: index), from: layout.middleGradient,
      to: layout.attentionGradient, rows)
    multiplyGradient(
      by: matrices.output, layout.attentionGradient,
      to: layout.branchGradient, rows)
  }

  /// The gradients of a layer's queries, keys and values, from that of its
  /// attention.
  private func attendGradient(_ index: Int) {
    let layout = space.layout
    let layer = layout.layers[index]
    let width = space.configuration.embeddingWidth
    forEachHeads(of: layer) { heads, scratch in
      let a = space.activations.base
      let start = heads.row * 3 * width + heads.column
      let query = a + layer.heads + start
      let gradient = a + layout.headGradient + start
      withUnsafePointer(to: heads.shape) { shape in
        space.kernels.attention_gradient(
          gradient, gradient + width, gradient + 2 * width,
          a + layout.branchGradient + heads.row * width + heads.column,
          a + heads.kept, scratch, query, query + width, query + 2 * width,
          shape)
      }
    }
  }

  /// The gradient of a layer's input, which is the output of the layer below,
  /// from those of its queries, keys and values and of its middle.
  private func projectHeadsGradient(_ index: Int, _ rows: Range<Int>) {
    let layout = space.layout
    let layer = layout.layers[index]
    multiplyGradient(
      by: space.parameters.layers[index].attention, layout.headGradient,
      to: layout.branchGradient, rows)
    normalizeGradient(
      layer.input, scale: layer.inputScale, beside: layout.middleGradient,
      to: layout.outputGradient, rows)
  }

  /// The gradient of the sum of the embeddings, from that of the first layer's
  /// input: through a norm with no residual beside it.
  private func embedGradient(_ rows: Range<Int>) {
    let layout = space.layout
    let a = space.activations.base
    let width = space.configuration.embeddingWidth
    let start = rows.lowerBound * width
    let gradient = a + layout.outputGradient + start
    space.kernels.rms_norm_gradient(
      gradient, nil, gradient, a + layout.embedding + start,
      a + layout.embeddingScale + rows.lowerBound, rows.count, width)
    dropOut(
      .embedding, from: layout.outputGradient, to: layout.outputGradient, rows)
  }

  /// The gradient of what was normalized: that of the branch through the norm,
  /// and that of the residual beside it.
  private func normalizeGradient(
    _ input: Int, scale: Int, beside residual: Int, to output: Int,
    _ rows: Range<Int>
  ) {
    let a = space.activations.base
    let width = space.configuration.embeddingWidth
    let start = rows.lowerBound * width
    space.kernels.rms_norm_gradient(
      a + output + start, a + residual + start,
      a + space.layout.branchGradient + start, a + input + start,
      a + scale + rows.lowerBound, rows.count, width)
  }

  /// The gradient of what was multiplied by a matrix, from that of the product.
  private func multiplyGradient(
    by matrix: ParameterLayout.Matrix, _ output: Int, to input: Int,
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

  // MARK: - Weights

  /// Computes the gradients of a layer's matrices, and of the head with those
  /// of the last layer.
  private func weightGradients(
    _ index: Int, to gradients: FloatBuffer, adds: Bool
  ) {
    let slices = space.slices[index]
    space.team.perform(slices.count, threadCount: threadCount) { number, _ in
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

  /// Computes the gradients of both embeddings.
  private func embeddingGradients(to gradients: FloatBuffer, adds: Bool) {
    let parameters = space.parameters
    let g = gradients.base
    let width = space.configuration.embeddingWidth
    if !adds { g.update(repeating: 0, count: parameters.head.start) }
    for document in group.documents {
      let rows = group.rows(of: document)
      space.kernels.embed_gradient(
        g + parameters.tokenEmbedding, g + parameters.positionEmbedding,
        group.batch.tokens(of: document),
        space.activations.base + space.layout.outputGradient
          + rows.lowerBound * width, rows.count, width)
    }
  }
}
