import CMicroGPTKernels

extension Pass {
  /// Computes the losses, and the gradients of the logits.
  ///
  ///     x = norm(dropout(wte[token] + wpe[position]))             embed
  ///     for each layer:
  ///       q, k, v = W_qkv · norm(x)                               projectHeads
  ///       a = softmax(q · kᵀ / √head_width) · v, for each head    attend
  ///       m = x + dropout(W_o · a)                                finishLayer
  ///       x = m + dropout(W_fc2 · relu(W_fc1 · norm(m)))
  ///     logits = W_head · x                                       predict
  ///     loss = −log softmax(logits)[next token]
  ///
  /// Here norm(x) = x / √(mean(x²) + ε). Attention is causal and needs all rows
  /// of a document; everything else is done for a block of rows at a time, from
  /// one attention to the next.
  func forward() {
    let layers = space.layout.layers.indices
    forEachBlock { rows in
      embed(rows)
      projectHeads(0, rows)
    }
    for layer in layers {
      attend(layer)
      forEachBlock { rows in
        finishLayer(layer, rows)
        if layer + 1 < layers.count {
          projectHeads(layer + 1, rows)
        } else {
          predict(rows)
        }
      }
    }
  }

  /// Looks up the embeddings and normalizes their sum: the input of the first
  /// layer.
  private func embed(_ rows: Range<Int>) {
    let layout = space.layout
    let a = space.activations.base
    let weights = space.weights.values.base
    let width = space.configuration.embeddingWidth
    group.forEachPart(of: rows) { document, part, position in
      space.kernels.embed(
        a + layout.embedding + part.lowerBound * width,
        group.batch.tokens(of: document) + position,
        weights + space.parameters.tokenEmbedding,
        weights + space.parameters.positionEmbedding + position * width,
        part.count, width)
    }
    dropOut(.embedding, from: layout.embedding, to: layout.embedding, rows)
    normalize(
      layout.embedding, scale: layout.embeddingScale,
      to: layout.layers[0].input, rows)
  }

  /// Computes queries, keys and values of a layer.
  private func projectHeads(_ index: Int, _ rows: Range<Int>) {
    let layer = space.layout.layers[index]
    normalize(
      layer.input, scale: layer.inputScale, to: layer.attentionInput, rows)
    multiply(
      by: space.parameters.layers[index].attention, layer.attentionInput,
      to: layer.heads, rows)
  }

  /// Computes the attention of a layer, head by head.
  private func attend(_ index: Int) {
    let layer = space.layout.layers[index]
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

  /// Computes what follows the attention of a layer: its output matrix, and the
  /// MLP.
  private func finishLayer(_ index: Int, _ rows: Range<Int>) {
    let layer = space.layout.layers[index]
    let matrices = space.parameters.layers[index]
    addBranch(
      .attention(layer: index), matrices.output, layer.attention,
      to: layer.input, giving: layer.middle, rows)
    normalize(
      layer.middle, scale: layer.middleScale, to: layer.hiddenInput, rows)
    multiply(
      by: matrices.expand, layer.hiddenInput, to: layer.hidden,
      rectifies: true, rows)
    addBranch(
      .mlp(layer: index), matrices.contract, layer.hidden, to: layer.middle,
      giving: space.layout.output(ofLayer: index), rows)
  }

  /// Computes logits, turns them into their gradients, and notes the losses.
  private func predict(_ rows: Range<Int>) {
    let layout = space.layout
    let size = space.configuration.vocabularySize
    multiply(
      by: space.parameters.head, layout.output, to: layout.logits, rows)
    group.forEachPart(of: rows) { document, part, position in
      let logits =
        space.activations.base + layout.logits + part.lowerBound * size
      let count = group.rows(of: document).count
      space.kernels.cross_entropy(
        logits, space.losses + part.lowerBound, logits,
        group.batch.tokens(of: document) + position + 1,
        Float(share / Double(count)), part.count, size)
    }
  }

  /// Normalizes rows of n_embd, and keeps their scales.
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

  /// Multiplies rows by a branch's last matrix and adds what dropout leaves of
  /// the product to the residual.
  private func addBranch(
    _ site: Dropout.Site, _ matrix: ParameterLayout.Matrix, _ input: Int,
    to residual: Int, giving output: Int, _ rows: Range<Int>
  ) {
    multiply(
      by: matrix, input, residual: dropout == nil ? residual : nil, to: output,
      rows)
    dropOut(site, from: output, residual: residual, to: output, rows)
  }

  /// Multiplies rows by a matrix and adds the residual, if there is one.
  private func multiply(
    by matrix: ParameterLayout.Matrix, _ input: Int, residual: Int? = nil,
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
