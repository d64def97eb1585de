import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTParallel

/// The model at work on some texts at once: rows of activations, and the keys
/// and values of the texts' positions so far.
///
/// A row is a position of a text. Rows go through the model together, so that
/// each weight that is read serves all of them; the logits of one do not depend
/// on the others.
final class Inference {
  /// Consecutive positions of one text among the rows.
  private struct Run {
    let text: Int
    /// The position of the first row.
    let position: Int
    /// The number of the first row.
    let row: Int
    var count: Int
  }

  /// The most rows at a time.
  let rowLimit: Int
  /// The rows that are taken.
  private(set) var rowCount = 0
  /// The positions that each text has: (texts).
  private var positions: [Int]

  private let model: LanguageModel
  private let kernels = mgpt_kernels_in_use()
  private let headCount: Int
  private let headWidth: Int
  private let width: Int
  private let vocabularySize: Int
  private let blockSize: Int
  private var caches: [KeyValueCache]  // (texts)
  private var runs: [Run] = []

  private let memory: FloatBuffer
  private let stream: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let normalized: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let query: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let key: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let value: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let mixed: UnsafeMutablePointer<Float>  // (rows, n_embd)
  private let hidden: UnsafeMutablePointer<Float>  // (rows, 4 n_embd)
  private let logits: UnsafeMutablePointer<Float>  // (rows, vocab_size)
  private let scales: UnsafeMutablePointer<Float>  // (rows)
  private var probabilities = FloatBuffer(count: 0)  // what attention needs

  /// Prepares for texts without positions.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - textCount: The number of texts.
  ///   - rowLimit: The most rows at a time.
  init(_ model: LanguageModel, textCount: Int, rowLimit: Int) {
    self.model = model
    self.rowLimit = rowLimit
    let configuration = model.configuration
    headCount = configuration.headCount
    headWidth = configuration.headWidth
    width = configuration.embeddingWidth
    vocabularySize = configuration.vocabularySize
    blockSize = configuration.blockSize
    positions = [Int](repeating: 0, count: textCount)
    caches = (0..<textCount).map { _ in KeyValueCache(configuration) }
    runs.reserveCapacity(rowLimit)
    let sizes = [
      width, width, width, width, width, width, configuration.hiddenWidth,
      vocabularySize, 1,
    ]
    memory = FloatBuffer(count: rowLimit * sizes.reduce(0, +))
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
    logits = take(7)
    scales = take(8)
  }

  /// Forgets a text; its memory stays.
  func restart(_ text: Int) { positions[text] = 0 }

  /// Whether a text fills the context.
  func isFull(_ text: Int) -> Bool { positions[text] == blockSize }

  /// Takes a row for the next token of a text; there must be room for it, in
  /// the rows and in the context.
  ///
  /// The rows of one text stand together.
  ///
  /// - Returns: The number of the row.
  @discardableResult
  func add(_ token: Int, to text: Int) -> Int {
    precondition(rowCount < rowLimit, "all rows are taken")
    let row = rowCount
    let position = positions[text]
    caches[text].reserve(position + 1)
    let sum = stream + row * width
    sum.update(
      from: model.weights.tokenEmbedding + token * width, count: width)
    mgpt_add(sum, model.weights.positionEmbedding + position * width, width)
    if let last = runs.indices.last, runs[last].text == text {
      runs[last].count += 1
    } else {
      runs.append(Run(text: text, position: position, row: row, count: 1))
    }
    positions[text] = position + 1
    rowCount = row + 1
    return row
  }

  /// Takes the rows through the model and frees them.
  ///
  /// The model as in microgpt.py's `gpt`: embedding, RMSNorm, then for each
  /// layer attention and MLP, each after an RMSNorm and with a residual.
  ///
  /// - Complexity: O(rows × (weights + positions × n_layer × n_embd)); nothing
  ///   is allocated but where a cache doubles.
  func run() {
    reserveProbabilities()
    normalize(stream)
    for (index, layer) in model.weights.layers.enumerated() {
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
    apply(model.weights.head, stream, logits)
    rowCount = 0
    runs.removeAll(keepingCapacity: true)
  }

  /// The logits of a row that has gone through the model, until the next rows
  /// do: (vocab_size).
  func logits(ofRow row: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: logits + row * vocabularySize, count: vocabularySize)
  }

  private func normalize(_ outputs: UnsafeMutablePointer<Float>) {
    kernels.pointee.rms_norm(outputs, scales, stream, rowCount, width)
  }

  private func apply(
    _ matrix: Matrix, _ inputs: UnsafeMutablePointer<Float>,
    _ outputs: UnsafeMutablePointer<Float>,
    residual: UnsafeMutablePointer<Float>? = nil, rectifies: Bool = false
  ) {
    matrix.apply(
      to: Matrix.Rows(
        outputs: outputs, inputs: inputs, residual: residual,
        rectifies: rectifies, count: rowCount), pool: model.pool)
  }

  /// Has each row attend to the positions of its text.
  private func attend(layer: Int) {
    for run in runs {
      let keys = caches[run.text].keys(ofLayer: layer)
      let values = caches[run.text].values(ofLayer: layer)
      let (start, place) = (run.row * width, run.position * width)
      (keys + place).update(from: key + start, count: run.count * width)
      (values + place).update(from: value + start, count: run.count * width)
      kernels.pointee.attention(
        mixed + start, probabilities.base, query + start, keys, values, width,
        run.position, run.count, headCount, headWidth)
    }
  }

  /// Makes room for the probabilities of any run, in steps as the caches'.
  private func reserveProbabilities() {
    var count = 0
    for run in runs {
      let capacity = caches[run.text].capacity
      count = max(
        count,
        mgpt_attention_room(capacity - run.count, run.count, headCount))
    }
    if count > probabilities.count {
      probabilities = FloatBuffer(count: count)
    }
  }
}
