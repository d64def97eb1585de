import CMicroGPTKernels
import MicroGPTParallel

/// Draws tokens from rows of logits.
///
/// Spec: section 14.
final class TokenDraw {
  private let options: GenerationOptions
  private let vocabularySize: Int
  private let weights: FloatBuffer  // (rows, vocab_size)
  private let order: TokenOrder?
  /// What chance says of each row, from 0 to below 1: (rows).
  let units: UnsafeMutablePointer<Double>
  /// What was drawn: (rows).
  let tokens: UnsafeMutablePointer<Int32>

  /// Makes room to draw.
  ///
  /// - Parameters:
  ///   - options: Temperature, top-k, top-p and min-p.
  ///   - vocabularySize: The number of logits of a row.
  ///   - rowLimit: The most rows.
  /// - Throws: ``OutOfMemory``.
  convenience init(
    _ options: GenerationOptions, vocabularySize: Int, rowLimit: Int
  ) throws(OutOfMemory) {
    try OutOfMemory.check(vocabularySize, times: 8, for: "what may be drawn")
    self.init(
      options, vocabularySize: vocabularySize, rowLimit: rowLimit,
      weights: try FloatBuffer(
        count: rowLimit * vocabularySize, for: "what may be drawn"))
  }

  private init(
    _ options: GenerationOptions, vocabularySize: Int, rowLimit: Int,
    weights: FloatBuffer
  ) {
    self.options = options
    self.vocabularySize = vocabularySize
    self.weights = weights
    let needsOrder = options.topK != nil || options.topP < 1
    order = needsOrder ? TokenOrder(count: vocabularySize) : nil
    units = .allocate(capacity: rowLimit)
    units.initialize(repeating: 0, count: rowLimit)
    tokens = .allocate(capacity: rowLimit)
    tokens.initialize(repeating: 0, count: rowLimit)
  }

  deinit {
    units.deallocate()
    tokens.deallocate()
  }

  /// Draws a token from each row, at a temperature of 0 the first of the
  /// likeliest.
  ///
  /// - Parameters:
  ///   - logits: (rows, vocab_size), −∞ for tokens that may not be drawn, others
  ///     finite.
  ///   - rows: The number of rows.
  /// - Complexity: O(rows × tokens), with top-k or top-p and of each row O(kept
  ///   × log tokens) more.
  func draw(_ logits: UnsafeMutablePointer<Float>, rows: Int) {
    guard options.temperature > 0 else {
      for row in 0..<rows {
        tokens[row] = maximum(logits + row * vocabularySize)
      }
      return
    }
    let kernels = mgpt_kernels_in_use()
    kernels.pointee.weigh(
      weights.base, logits, options.temperature, rows, vocabularySize)
    if order != nil || options.minP > 0 {
      for row in 0..<rows { filter(row) }
    }
    kernels.pointee.pick(tokens, weights.base, units, rows, vocabularySize)
    for row in 0..<rows where tokens[row] < 0 {
      tokens[row] = maximum(logits + row * vocabularySize)
    }
  }

  /// The weights of a row that was drawn from at a temperature above 0, with
  /// those that the options bar at 0: (vocab_size).
  func weights(ofRow row: Int) -> UnsafePointer<Float> {
    UnsafePointer(weights.base + row * vocabularySize)
  }

  private func maximum(_ logits: UnsafeMutablePointer<Float>) -> Int32 {
    var maximum = 0
    for token in 1..<vocabularySize where logits[token] > logits[maximum] {
      maximum = token
    }
    return Int32(maximum)
  }

  /// Sets the weights that the options bar to 0.
  private func filter(_ row: Int) {
    let weights = UnsafeMutableBufferPointer(
      start: weights.base + row * vocabularySize, count: vocabularySize)
    order?.keepLikeliest(weights, topK: options.topK, topP: options.topP)
    if options.minP > 0 {
      // The likeliest has the weight 1.
      for token in weights.indices where weights[token] < options.minP {
        weights[token] = 0
      }
    }
  }
}
