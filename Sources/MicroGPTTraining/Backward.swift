import CMicroGPTKernels

extension GradientShard {
  /// Adds the gradient of a group, from the gradients of the logits and what
  /// `forward` left.
  ///
  /// - Parameters:
  ///   - group: The documents.
  ///   - rows: The positions of all of them.
  ///   - w: The weights.
  ///   - adds: Whether there are gradients to add to.
  func backward(
    _ group: DocumentGroup, rows: Int, _ w: ModelWeights, adds: Bool
  ) {
    let a = activations.base
    let g = gradients.base
    let width = configuration.embeddingWidth
    let residual = places.residualGradient
    propagate(
      parameters.head, w, from: places.logits, to: residual, rows)
    accumulate(parameters.head, places.logits, places.output, rows, adds)
    for index in places.layers.indices.reversed() {
      backward(
        group, places.layers[index], parameters.layers[index], rows, w, adds)
    }

    // The embeddings end in a norm with no residual beside it.
    kernels.rms_norm_gradient(
      a + residual, nil, a + residual, a + places.embedding,
      a + places.embeddingScale, rows, width)
    if !adds { g.update(repeating: 0, count: parameters.head.start) }
    group.forEach { document in
      kernels.embed_gradient(
        g + parameters.tokenEmbedding, g + parameters.positionEmbedding,
        document.tokens, a + residual + document.row * width, document.count,
        width)
    }
  }

  /// Turns the residual gradient of a layer's output into that of its input
  /// and adds the gradients of its matrices.
  private func backward(
    _ group: DocumentGroup, _ layer: ActivationLayout.Layer,
    _ matrices: ParameterLayout.Layer, _ rows: Int, _ w: ModelWeights,
    _ adds: Bool
  ) {
    let a = activations.base
    let width = configuration.embeddingWidth
    let (residual, branch) = (places.residualGradient, places.branchGradient)
    let (hidden, heads) = (places.hiddenGradient, places.headGradient)

    propagate(
      matrices.contract, w, from: residual, to: hidden,
      rectified: layer.hidden, rows)
    accumulate(matrices.contract, residual, layer.hidden, rows, adds)
    propagate(matrices.expand, w, from: hidden, to: branch, rows)
    accumulate(matrices.expand, hidden, layer.hiddenInput, rows, adds)
    addNormGradient(of: layer.middle, scale: layer.middleScale, rows)

    propagate(matrices.output, w, from: residual, to: branch, rows)
    accumulate(matrices.output, residual, layer.attention, rows, adds)
    group.forEach { document in
      let query = a + layer.heads + document.row * 3 * width
      let gradient = a + heads + document.row * 3 * width
      kernels.attention_gradient(
        gradient, gradient + width, gradient + 2 * width,
        a + branch + document.row * width,
        a + layer.probabilities + document.index * places.probabilityCount,
        query, query + width, query + 2 * width, a + places.scoreGradient,
        3 * width, document.count, configuration.headCount,
        configuration.headWidth)
    }
    propagate(matrices.attention, w, from: heads, to: branch, rows)
    accumulate(matrices.attention, heads, layer.attentionInput, rows, adds)
    addNormGradient(of: layer.input, scale: layer.inputScale, rows)
  }

  /// Adds what goes through a norm, the branch gradient, to the residual one.
  private func addNormGradient(of input: Int, scale: Int, _ rows: Int) {
    let a = activations.base
    let residual = a + places.residualGradient
    kernels.rms_norm_gradient(
      residual, residual, a + places.branchGradient, a + input, a + scale,
      rows, configuration.embeddingWidth)
  }

  /// The gradient with respect to what a matrix was applied to, from that with
  /// respect to what came out.
  private func propagate(
    _ matrix: ParameterLayout.Matrix, _ w: ModelWeights, from output: Int,
    to input: Int, rectified: Int? = nil, _ rows: Int
  ) {
    let a = activations.base
    kernels.linear_input_gradient(
      a + input, a + output, w.values.base + matrix.start,
      rectified.map { UnsafePointer(a + $0) }, rows, matrix.inputs,
      matrix.outputs)
  }

  /// The gradient with respect to a matrix.
  private func accumulate(
    _ matrix: ParameterLayout.Matrix, _ outputGradient: Int, _ input: Int,
    _ rows: Int, _ adds: Bool
  ) {
    let a = activations.base
    kernels.linear_weight_gradient(
      gradients.base + matrix.start, a + outputGradient, a + input,
      adds ? 1 : 0, rows, matrix.inputs, matrix.outputs)
  }
}
