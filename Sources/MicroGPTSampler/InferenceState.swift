import CMicroGPTKernels
import MicroGPTFormat

/// One text in the making: the keys and values of its positions so far.
///
/// Position after position goes through the model once; what later positions
/// need of it, its keys and values, stays cached.
struct InferenceState {
  private let configuration: GPTConfiguration
  private let weights: Weights
  private(set) var position = 0

  private let memory: FloatBuffer
  private let stream: UnsafeMutablePointer<Float>  // (n_embd)
  private let normalized: UnsafeMutablePointer<Float>  // (n_embd)
  private let query: UnsafeMutablePointer<Float>  // (n_embd)
  private let mixed: UnsafeMutablePointer<Float>  // (n_embd)
  private let branch: UnsafeMutablePointer<Float>  // (n_embd)
  private let hidden: UnsafeMutablePointer<Float>  // (4 n_embd)
  private var cache: KeyValueCache

  /// The logits of the last position: (vocab_size).
  let logits: UnsafeMutablePointer<Float>

  /// Creates the state of an empty text.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - positionCount: The most positions that it will have; at most
  ///     block_size.
  init(_ model: LanguageModel, positionCount: Int) {
    configuration = model.configuration
    weights = model.weights
    cache = KeyValueCache(configuration, greatestCount: positionCount)
    let width = configuration.embeddingWidth
    let sizes = [
      width, width, width, width, width, configuration.hiddenWidth,
      configuration.vocabularySize,
    ]
    memory = FloatBuffer(count: sizes.reduce(0, +))
    var next = memory.base
    func take(_ index: Int) -> UnsafeMutablePointer<Float> {
      defer { next += sizes[index] }
      return next
    }
    stream = take(0)
    normalized = take(1)
    query = take(2)
    mixed = take(3)
    branch = take(4)
    hidden = take(5)
    logits = take(6)
  }

  /// Reads the next token and leaves the logits of what may follow it.
  ///
  /// The model as in microgpt.py's `gpt`: embedding, RMSNorm, then for each
  /// layer attention and MLP, each after an RMSNorm and with a residual.
  ///
  /// - Parameter token: A token of the vocabulary.
  /// - Complexity: O(weights + positions × n_layer × n_embd); no allocation but
  ///   where the cache doubles.
  mutating func advance(_ token: Int) {
    cache.reserve(position + 1)
    let width = configuration.embeddingWidth
    let hiddenWidth = configuration.hiddenWidth
    var scale: Float = 0
    stream.update(from: weights.tokenEmbedding + token * width, count: width)
    mgpt_add(stream, weights.positionEmbedding + position * width, width)
    mgpt_rms_norm(normalized, &scale, stream, 1, width)
    stream.update(from: normalized, count: width)
    for (index, layer) in weights.layers.enumerated() {
      let keys = cache.keys(ofLayer: index)  // (positions, n_embd)
      let values = cache.values(ofLayer: index)  // (positions, n_embd)
      mgpt_rms_norm(normalized, &scale, stream, 1, width)
      mgpt_linear(query, normalized, layer.query, 1, width, width)
      let row = position * width
      mgpt_linear(keys + row, normalized, layer.key, 1, width, width)
      mgpt_linear(values + row, normalized, layer.value, 1, width, width)
      mgpt_attention(
        mixed, cache.scores, query, keys, values, width, position, 1,
        configuration.headCount, configuration.headWidth)
      mgpt_linear(branch, mixed, layer.output, 1, width, width)
      mgpt_add(stream, branch, width)

      mgpt_rms_norm(normalized, &scale, stream, 1, width)
      mgpt_linear(hidden, normalized, layer.expand, 1, width, hiddenWidth)
      mgpt_relu(hidden, hiddenWidth)
      mgpt_linear(branch, hidden, layer.contract, 1, hiddenWidth, width)
      mgpt_add(stream, branch, width)
    }
    mgpt_linear(
      logits, stream, weights.head, 1, width, configuration.vocabularySize)
    position += 1
  }
}
