import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// The model at work on some texts at once: rows of activations, and the keys
/// and values of the texts' positions so far.
///
/// A row is a position of a text. Rows go through the model together, so that
/// each weight that is read serves all of them; the logits of one do not depend
/// on the others.
struct Inference: ~Copyable {
  /// A position of a text.
  private struct Row {
    let text: Int
    let position: Int
  }

  /// The most rows at a time.
  let rowLimit: Int
  /// The rows that are taken.
  var rowCount: Int { rows.count }
  private let weights: Weights
  private let pool: WorkerPool?
  private let kernels = mgpt_kernels_in_use()
  private let headCount: Int
  private let headWidth: Int
  private let width: Int
  private let vocabularySize: Int
  /// The keys and values of the texts.
  let caches: UnsafeMutableBufferPointer<AttentionCache>  // (texts)
  private var rows: [Row] = []
  private var attended: [mgpt_attended] = []  // (rows)

  private let memory: FloatBuffer
  private let stream: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let normalized: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let query: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let key: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let value: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let mixed: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let hidden: UnsafeMutablePointer<Float>  // (rows, 4 n_embd)
  private let scales: UnsafeMutablePointer<Float>  // (rows)
  /// The logits of the rows that have gone through the model, until the next
  /// rows do: (rows, vocab_size).
  let logits: UnsafeMutablePointer<Float>
  private var probabilities: FloatBuffer  // what attention needs

  /// Prepares for texts without positions.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - textCount: The number of texts.
  ///   - rowLimit: The most rows at a time.
  /// - Throws: ``OutOfMemory``.
  init(
    _ model: LanguageModel, textCount: Int, rowLimit: Int
  ) throws(OutOfMemory) {
    let sizes = Self.sizes(model.configuration)
    self.init(
      model, rowLimit: rowLimit,
      memory: try FloatBuffer(
        count: rowLimit * sizes.reduce(0, +), for: "the activations"),
      probabilities: try FloatBuffer(count: 0, for: "the activations"),
      caches: try Self.caches(model.configuration, count: textCount))
  }

  private init(
    _ model: LanguageModel, rowLimit: Int, memory: FloatBuffer,
    probabilities: FloatBuffer,
    caches: UnsafeMutableBufferPointer<AttentionCache>
  ) {
    self.memory = memory
    self.probabilities = probabilities
    self.caches = caches
    weights = model.weights
    pool = model.pool
    self.rowLimit = rowLimit
    let configuration = model.configuration
    headCount = configuration.headCount
    headWidth = configuration.headWidth
    width = configuration.embeddingWidth
    vocabularySize = configuration.vocabularySize
    rows.reserveCapacity(rowLimit)
    attended.reserveCapacity(rowLimit)
    let sizes = Self.sizes(configuration)
    var next = memory.base
    func take(_ index: Int) -> UnsafeMutablePointer<Float> {
      defer { next += rowLimit * sizes[index] }
      return next
    }
    stream = take(0)
    normalized = take(1)
    query = take(2)
    key = take(3)
    value = take(4)
    mixed = take(5)
    hidden = take(6)
    scales = take(7)
    logits = take(8)
  }

  deinit { caches.deinitialize().deallocate() }

  /// The floats of a row in each of the arrays.
  private static func sizes(_ configuration: GPTConfiguration) -> [Int] {
    let width = configuration.embeddingWidth
    return [
      width, width, width, width, width, width, configuration.hiddenWidth, 1,
      configuration.vocabularySize,
    ]
  }

  private static func caches(
    _ configuration: GPTConfiguration, count: Int
  ) throws(OutOfMemory) -> UnsafeMutableBufferPointer<AttentionCache> {
    let caches = UnsafeMutableBufferPointer<AttentionCache>.allocate(
      capacity: count)
    var made = 0
    do {
      while made < count {
        caches.initializeElement(
          at: made, to: try AttentionCache(configuration))
        made += 1
      }
    } catch {
      caches.extracting(..<made).deinitialize()
      caches.deallocate()
      throw error
    }
    return caches
  }

  /// Takes a row for a token of a text; a row and a position of the context must
  /// be free for it, and the positions before must be there.
  ///
  /// - Returns: The number of the row.
  /// - Throws: ``InferenceError`` if memory is lacking; no row is taken then.
  @discardableResult
  mutating func add(
    _ token: Int, to text: Int, at position: Int
  ) throws(InferenceError) -> Int {
    let row = rows.count
    precondition(row < rowLimit, "all rows are taken")
    try caches[text].reserve(position + 1)
    var token = Int32(token)
    kernels.pointee.embed(
      stream + row * width, &token, weights.tokenEmbedding,
      weights.positionEmbedding + position * width, 1, width)
    rows.append(Row(text: text, position: position))
    return row
  }

  /// Takes the rows through the model and frees them.
  ///
  /// The model as in microgpt.py's `gpt`: embedding, RMSNorm, then for each
  /// layer attention and MLP, each after an RMSNorm and with a residual.
  ///
  /// - Throws: ``InferenceError`` if memory is lacking or a logit is not
  ///   finite, after which this is of no more use.
  /// - Complexity: O(rows × (weights + positions × n_layer × n_embd)); nothing
  ///   is allocated but where a cache doubles.
  mutating func run() throws(InferenceError) {
    guard !rows.isEmpty else { return }
    do { try reserveProbabilities() } catch { throw .outOfMemory(error) }
    normalize(stream)
    for (index, layer) in weights.layers.enumerated() {
      normalize(normalized)
      apply(layer.query, normalized, query)
      apply(layer.key, normalized, key)
      apply(layer.value, normalized, value)
      attend(layer: index)
      apply(layer.output, mixed, stream, residual: stream)

      normalize(normalized)
      apply(layer.expand, normalized, hidden, rectifies: true)
      apply(layer.contract, hidden, stream, residual: stream)
    }
    apply(weights.head, stream, logits)
    // Here, where none is barred: those of the rows stand in one stretch.
    if let index = UnsafePointer(logits).firstNonFinite(
      count: rows.count * vocabularySize)
    {
      let row = rows[index / vocabularySize]
      throw .logitNotFinite(text: row.text, position: row.position)
    }
    rows.removeAll(keepingCapacity: true)
  }

  /// The logits of one of the rows that have gone through it: (vocab_size).
  func logits(ofRow row: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: logits + row * vocabularySize, count: vocabularySize)
  }

  /// Sees that attention has memory for the probabilities of all rows.
  private mutating func reserveProbabilities() throws(OutOfMemory) {
    var count = 0
    for row in rows {
      count += mgpt_attention_probabilities(row.position + 1, headCount)
    }
    if count > probabilities.count {
      // In steps, as it grows with each position.
      probabilities = try FloatBuffer(
        count: max(count, 2 * probabilities.count), for: "the activations")
    }
  }

  private func normalize(_ outputs: UnsafeMutablePointer<Float>) {
    kernels.pointee.rms_norm(outputs, scales, stream, rows.count, width)
  }

  private func apply(
    _ projection: Projection, _ inputs: UnsafeMutablePointer<Float>,
    _ outputs: UnsafeMutablePointer<Float>,
    residual: UnsafeMutablePointer<Float>? = nil, rectifies: Bool = false
  ) {
    projection.apply(
      to: Projection.Rows(
        outputs: outputs, inputs: inputs, residual: residual,
        rectifies: rectifies, count: rows.count), pool: pool)
  }

  /// Has each row attend to the positions of its text.
  private mutating func attend(layer: Int) {
    attended.removeAll(keepingCapacity: true)
    for (index, row) in rows.enumerated() {
      let keys = caches[row.text].keys(ofLayer: layer)
      let values = caches[row.text].values(ofLayer: layer)
      let offset = row.position * width
      (keys + offset).update(from: key + index * width, count: width)
      (values + offset).update(from: value + index * width, count: width)
      attended.append(
        mgpt_attended(keys: keys, values: values, count: row.position + 1))
    }
    kernels.pointee.attention(
      mixed, probabilities.base, query, attended, rows.count, headCount,
      headWidth)
  }
}
