import CMicroGPTKernels
import MicroGPTParallel

/// Log probabilities that a model gives to tokens: the logits less the logarithm
/// of the sum of e to them.
struct LogSoftmax: ~Copyable {
  private let vocabularySize: Int
  private let logits: FloatBuffer  // (rows, vocab_size)
  private let weights: FloatBuffer  // (vocab_size)
  private var logTotals: [Double]  // (rows)

  init(vocabularySize: Int, rowLimit: Int) throws(OutOfMemory) {
    let logits = try FloatBuffer(
      count: rowLimit * vocabularySize, for: "log probabilities")
    weights = try FloatBuffer(count: vocabularySize, for: "log probabilities")
    self.logits = logits
    self.vocabularySize = vocabularySize
    logTotals = [Double](repeating: 0, count: rowLimit)
  }

  /// Takes over the logits of a row.
  mutating func read(
    _ new: UnsafeMutableBufferPointer<Float>, row: Int
  ) {
    let logits = logits.base + row * vocabularySize
    var peak = -Float.infinity
    for token in new.indices {
      logits[token] = new[token]
      peak = max(peak, new[token])
    }
    for token in new.indices { weights.base[token] = new[token] - peak }
    let kernels = mgpt_kernels_in_use()
    kernels.pointee.exp(weights.base, weights.base, new.count)
    var total = 0.0
    for token in new.indices { total += Double(weights.base[token]) }
    logTotals[row] = Double(peak) + kernels.pointee.log(total)
  }

  /// The natural logarithm of a token's probability in a row.
  func logProbability(of token: Int, row: Int) -> Double {
    Double(logits.base[row * vocabularySize + token]) - logTotals[row]
  }
}
