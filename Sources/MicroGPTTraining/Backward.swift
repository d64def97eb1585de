import CMicroGPTKernels

extension GradientShard {
  /// Adds the gradient of a document, from the gradients of the logits and
  /// what `forward` left.
  ///
  /// - Parameters:
  ///   - tokens: The input tokens, `count` of them.
  ///   - count: The number of positions.
  ///   - w: All weights.
  func backward(
    _ tokens: UnsafePointer<Int32>, count: Int, weights w: UnsafePointer<Float>
  ) {
    let a = activations.base
    let g = gradients.base
    let width = configuration.embeddingWidth

    clear(places.residualGradient, count * width)
    linearGradient(
      of: places.output, places.residualGradient, matrix: parameters.head,
      output: places.logits, count, width, configuration.vocabularySize, w)
    for index in places.layers.indices.reversed() {
      backward(
        places.layers[index], parameters.layers[index], count: count,
        weights: w)
    }

    clear(places.branchGradient, count * width)
    mgpt_rms_norm_gradient(
      a + places.branchGradient, a + places.residualGradient,
      a + places.embedding, a + places.embeddingScale, count, width)
    mgpt_add(
      g + parameters.positionEmbedding, a + places.branchGradient,
      count * width)
    for position in 0..<count {
      mgpt_add(
        g + parameters.tokenEmbedding + Int(tokens[position]) * width,
        a + places.branchGradient + position * width, width)
    }
  }

  /// Turns the residual gradient of a layer's output into that of its input
  /// and adds the gradients of its matrices.
  private func backward(
    _ layer: ActivationLayout.Layer, _ matrices: ParameterLayout.Layer,
    count: Int, weights w: UnsafePointer<Float>
  ) {
    let a = activations.base
    let width = configuration.embeddingWidth
    let hiddenWidth = configuration.hiddenWidth

    clear(places.hiddenGradient, count * hiddenWidth)
    linearGradient(
      of: layer.hidden, places.hiddenGradient, matrix: matrices.contract,
      output: places.residualGradient, count, hiddenWidth, width, w)
    mgpt_relu_gradient(
      a + places.hiddenGradient, a + layer.hidden, count * hiddenWidth)
    clear(places.branchGradient, count * width)
    linearGradient(
      of: layer.hiddenInput, places.branchGradient, matrix: matrices.expand,
      output: places.hiddenGradient, count, width, hiddenWidth, w)
    mgpt_rms_norm_gradient(
      a + places.residualGradient, a + places.branchGradient, a + layer.middle,
      a + layer.middleScale, count, width)

    clear(places.branchGradient, count * width)
    linearGradient(
      of: layer.attention, places.branchGradient, matrix: matrices.output,
      output: places.residualGradient, count, width, width, w)
    mgpt_attention_gradient(
      a + places.queryGradient, a + places.keyGradient,
      a + places.valueGradient, a + places.branchGradient,
      a + layer.probabilities, a + layer.query, a + layer.key, a + layer.value,
      a + places.scoreGradient, count, configuration.headCount,
      configuration.headWidth)
    clear(places.branchGradient, count * width)
    linearGradient(
      of: layer.attentionInput, places.branchGradient, matrix: matrices.query,
      output: places.queryGradient, count, width, width, w)
    linearGradient(
      of: layer.attentionInput, places.branchGradient, matrix: matrices.key,
      output: places.keyGradient, count, width, width, w)
    linearGradient(
      of: layer.attentionInput, places.branchGradient, matrix: matrices.value,
      output: places.valueGradient, count, width, width, w)
    mgpt_rms_norm_gradient(
      a + places.residualGradient, a + places.branchGradient, a + layer.input,
      a + layer.inputScale, count, width)
  }

  /// Adds both gradients of a linear layer, given that of its output.
  private func linearGradient(
    of input: Int, _ inputGradient: Int, matrix: Int,
    output outputGradient: Int, _ count: Int, _ inputs: Int, _ outputs: Int,
    _ w: UnsafePointer<Float>
  ) {
    let a = activations.base
    mgpt_linear_input_gradient(
      a + inputGradient, a + outputGradient, w + matrix, count, inputs, outputs
    )
    mgpt_linear_weight_gradient(
      gradients.base + matrix, a + outputGradient, a + input, count, inputs,
      outputs)
  }

  private func clear(_ start: Int, _ count: Int) {
    (activations.base + start).update(repeating: 0, count: count)
  }
}
