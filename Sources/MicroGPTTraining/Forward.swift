import CMicroGPTKernels

extension GradientShard {
  /// Computes the logits of a document's positions.
  ///
  /// - Parameters:
  ///   - tokens: The input tokens, `count` of them.
  ///   - count: The number of positions.
  ///   - w: All weights.
  func forward(
    _ tokens: UnsafePointer<Int32>, count: Int, weights w: UnsafePointer<Float>
  ) {
    let a = activations.base
    let width = configuration.embeddingWidth

    for position in 0..<count {
      (a + places.embedding + position * width).update(
        from: w + parameters.tokenEmbedding + Int(tokens[position]) * width,
        count: width)
    }
    mgpt_add(
      a + places.embedding, w + parameters.positionEmbedding, count * width)
    mgpt_rms_norm(
      a + places.layers[0].input, a + places.embeddingScale,
      a + places.embedding, count, width)

    for index in places.layers.indices {
      let next = index + 1
      forward(
        places.layers[index], parameters.layers[index],
        output: next < places.layers.count
          ? places.layers[next].input : places.output,
        count: count, weights: w)
    }
    mgpt_linear(
      a + places.logits, a + places.output, w + parameters.head, count, width,
      configuration.vocabularySize)
  }

  /// Computes one layer, `output` = middle + MLP(middle), where middle =
  /// input + attention(input).
  private func forward(
    _ layer: ActivationLayout.Layer, _ matrices: ParameterLayout.Layer,
    output: Int, count: Int, weights w: UnsafePointer<Float>
  ) {
    let a = activations.base
    let width = configuration.embeddingWidth
    let hiddenWidth = configuration.hiddenWidth

    mgpt_rms_norm(
      a + layer.attentionInput, a + layer.inputScale, a + layer.input, count,
      width)
    mgpt_linear(
      a + layer.query, a + layer.attentionInput, w + matrices.query, count,
      width, width)
    mgpt_linear(
      a + layer.key, a + layer.attentionInput, w + matrices.key, count, width,
      width)
    mgpt_linear(
      a + layer.value, a + layer.attentionInput, w + matrices.value, count,
      width, width)
    mgpt_attention(
      a + layer.attention, a + layer.probabilities, a + layer.query,
      a + layer.key, a + layer.value, 0, count, configuration.headCount,
      configuration.headWidth)
    mgpt_linear(
      a + layer.middle, a + layer.attention, w + matrices.output, count, width,
      width)
    mgpt_add(a + layer.middle, a + layer.input, count * width)

    mgpt_rms_norm(
      a + layer.hiddenInput, a + layer.middleScale, a + layer.middle, count,
      width)
    mgpt_linear(
      a + layer.hidden, a + layer.hiddenInput, w + matrices.expand, count,
      width, hiddenWidth)
    mgpt_relu(a + layer.hidden, count * hiddenWidth)
    mgpt_linear(
      a + output, a + layer.hidden, w + matrices.contract, count, hiddenWidth,
      width)
    mgpt_add(a + output, a + layer.middle, count * width)
  }
}
