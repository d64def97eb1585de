import CMicroGPTKernels

extension Pass {
  /// Computes the losses, and the gradients of the logits.
  func forward() {
    let layers = space.places.layers
    forEachBlock { rows in
      embed(rows)
      enter(0, rows)
    }
    for index in layers.indices {
      attend(layers[index])
      forEachBlock { rows in
        leave(index, rows)
        if index + 1 < layers.count {
          enter(index + 1, rows)
        } else {
          predict(rows)
        }
      }
    }
  }

  /// Looks up the embeddings and normalises them.
  private func embed(_ rows: Range<Int>) {
    let places = space.places
    let a = space.activations.base
    let weights = space.weights.values.base
    let width = space.configuration.embeddingWidth
    group.forEachPart(of: rows) { document, part, position in
      space.kernels.embed(
        a + places.embedding + part.lowerBound * width,
        group.batch.tokens(of: document) + position,
        weights + space.parameters.tokenEmbedding,
        weights + space.parameters.positionEmbedding + position * width,
        part.count, width)
    }
    dropOut(.embedding, from: places.embedding, to: places.embedding, rows)
    normalize(
      places.embedding, scale: places.embeddingScale,
      to: places.layers[0].input, rows)
  }

  /// Computes queries, keys and values of a layer.
  private func enter(_ index: Int, _ rows: Range<Int>) {
    let layer = space.places.layers[index]
    normalize(
      layer.input, scale: layer.inputScale, to: layer.attentionInput, rows)
    apply(
      space.parameters.layers[index].attention, from: layer.attentionInput,
      to: layer.heads, rows)
  }

  private func attend(_ layer: ActivationLayout.Layer) {
    let width = space.configuration.embeddingWidth
    forEachHeads(of: layer) { heads, scratch in
      let a = space.activations.base
      let query = a + layer.heads + heads.row * 3 * width + heads.column
      withUnsafePointer(to: heads.shape) { shape in
        space.kernels.attention_forward(
          a + layer.attention + heads.row * width + heads.column,
          a + heads.kept, scratch, query, query + width, query + 2 * width,
          shape)
      }
    }
  }

  /// Computes what follows the attention of a layer: middle = input +
  /// attention, output = middle + MLP(middle).
  private func leave(_ index: Int, _ rows: Range<Int>) {
    let places = space.places
    let layer = places.layers[index]
    let matrices = space.parameters.layers[index]
    let next = index + 1
    join(
      matrices.output, from: layer.attention, residual: layer.input,
      to: layer.middle, .attention(layer: index), rows)
    normalize(
      layer.middle, scale: layer.middleScale, to: layer.hiddenInput, rows)
    apply(
      matrices.expand, from: layer.hiddenInput, to: layer.hidden,
      rectifies: true, rows)
    join(
      matrices.contract, from: layer.hidden, residual: layer.middle,
      to: next < places.layers.count
        ? places.layers[next].input
        : places.output, .mlp(layer: index), rows)
  }

  /// Computes logits, turns them into their gradients, and notes the losses.
  private func predict(_ rows: Range<Int>) {
    let places = space.places
    let size = space.configuration.vocabularySize
    apply(
      space.parameters.head, from: places.output, to: places.logits, rows)
    group.forEachPart(of: rows) { document, part, position in
      let logits =
        space.activations.base + places.logits + part.lowerBound * size
      let count = group.rows(of: document).count
      space.kernels.cross_entropy(
        logits, space.losses + part.lowerBound, logits,
        group.batch.tokens(of: document) + position + 1,
        Float(share / Double(count)), part.count, size)
    }
  }

  private func normalize(
    _ input: Int, scale: Int, to output: Int, _ rows: Range<Int>
  ) {
    let a = space.activations.base
    let width = space.configuration.embeddingWidth
    let start = rows.lowerBound * width
    space.kernels.rms_norm(
      a + output + start, a + scale + rows.lowerBound, a + input + start,
      rows.count, width)
  }

  /// Applies a branch's last matrix to rows and adds what dropout leaves of the
  /// product to the residual.
  private func join(
    _ matrix: ParameterLayout.Matrix, from input: Int, residual: Int,
    to output: Int, _ place: Dropout.Place, _ rows: Range<Int>
  ) {
    apply(
      matrix, from: input, residual: dropout == nil ? residual : nil,
      to: output, rows)
    dropOut(place, from: output, residual: residual, to: output, rows)
  }

  /// Applies a matrix to rows and adds the residual, if there is one.
  private func apply(
    _ matrix: ParameterLayout.Matrix, from input: Int, residual: Int? = nil,
    to output: Int, rectifies: Bool = false, _ rows: Range<Int>
  ) {
    let a = space.activations.base
    let start = rows.lowerBound * matrix.outputs
    space.kernels.linear_forward(
      a + output + start, a + input + rows.lowerBound * matrix.inputs,
      space.weights.forwardPanels.base + matrix.forwardPanels,
      residual.map { UnsafePointer(a + $0 + start) }, rectifies ? 1 : 0,
      rows.count, matrix.inputs, matrix.outputs)
  }
}
