import CMicroGPTKernels
import MicroGPTFormat

/// Logarithms of the chances that a model gives to tokens, the logits less the
/// logarithm of the sum of e to them.
final class LogSoftmax {
  private let logits: FloatBuffer  // (vocab_size)
  private let weights: FloatBuffer  // (vocab_size)
  private var logTotal = 0.0

  init(vocabularySize: Int) {
    logits = FloatBuffer(count: vocabularySize)
    weights = FloatBuffer(count: vocabularySize)
  }

  /// Takes over the logits of a position.
  func read(_ new: UnsafeMutableBufferPointer<Float>) {
    var peak = -Float.infinity
    for token in new.indices {
      logits.base[token] = new[token]
      peak = max(peak, new[token])
    }
    for token in new.indices { weights.base[token] = new[token] - peak }
    mgpt_exp(weights.base, weights.base, new.count)
    var total = 0.0
    for token in new.indices { total += Double(weights.base[token]) }
    logTotal = Double(peak) + mgpt_kernels_in_use().pointee.log(total)
  }

  /// The natural logarithm of a token's chance.
  func logProbability(of token: Int) -> Double {
    Double(logits.base[token]) - logTotal
  }
}
