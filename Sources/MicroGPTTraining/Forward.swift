import CMicroGPTKernels

extension GradientShard {
  /// Computes the logits of a group's positions.
  ///
  /// - Parameters:
  ///   - group: The documents.
  ///   - rows: The positions of all of them.
  ///   - w: The weights.
  func forward(_ group: DocumentGroup, rows: Int, _ w: ModelWeights) {
    let a = activations.base
    let width = configuration.embeddingWidth
    let weights = w.values.base
    group.forEach { document in
      kernels.embed(
        a + places.embedding + document.row * width, document.tokens,
        weights + parameters.tokenEmbedding,
        weights + parameters.positionEmbedding, document.count, width)
    }
    normalize(
      places.embedding, scale: places.embeddingScale,
      to: places.layers[0].input, rows)
    for index in places.layers.indices {
      let next = index + 1
      forward(
        group, places.layers[index], parameters.layers[index],
        output: next < places.layers.count
          ? places.layers[next].input : places.output, rows, w)
    }
    apply(parameters.head, w, from: places.output, to: places.logits, rows)
  }

  /// Computes one layer, `output` = middle + MLP(middle), where middle =
  /// input + attention(input).
  private func forward(
    _ group: DocumentGroup, _ layer: ActivationLayout.Layer,
    _ matrices: ParameterLayout.Layer, output: Int, _ rows: Int,
    _ w: ModelWeights
  ) {
    let a = activations.base
    let width = configuration.embeddingWidth
    normalize(
      layer.input, scale: layer.inputScale, to: layer.attentionInput, rows)
    apply(
      matrices.attention, w, from: layer.attentionInput, to: layer.heads, rows)
    group.forEach { document in
      let query = a + layer.heads + document.row * 3 * width
      kernels.attention(
        a + layer.attention + document.row * width,
        a + layer.probabilities + document.index * places.probabilityCount,
        query, query + width, query + 2 * width, 3 * width, 0, document.count,
        configuration.headCount, configuration.headWidth)
    }
    apply(
      matrices.output, w, from: layer.attention, residual: layer.input,
      to: layer.middle, rows)
    normalize(
      layer.middle, scale: layer.middleScale, to: layer.hiddenInput, rows)
    apply(
      matrices.expand, w, from: layer.hiddenInput, to: layer.hidden,
      rectifies: true, rows)
    apply(
      matrices.contract, w, from: layer.hidden, residual: layer.middle,
      to: output, rows)
  }

  private func normalize(_ input: Int, scale: Int, to output: Int, _ rows: Int)
  {
    let a = activations.base
    kernels.rms_norm(
      a + output, a + scale, a + input, rows, configuration.embeddingWidth)
  }

  /// Applies a matrix to all rows and adds the residual, if there is one.
  private func apply(
    _ matrix: ParameterLayout.Matrix, _ w: ModelWeights, from input: Int,
    residual: Int? = nil, to output: Int, rectifies: Bool = false, _ rows: Int
  ) {
    let a = activations.base
    kernels.linear_forward(
      a + output, a + input, w.transposed.base + matrix.start,
      residual.map { UnsafePointer(a + $0) }, rectifies ? 1 : 0, rows,
      matrix.inputs, matrix.outputs)
  }
}
