import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTRandom

/// Draws tokens from logits.
///
/// Spec: section 14.
struct TokenDraw {
  private let options: GenerationOptions
  private let weights: FloatBuffer  // (vocab_size)
  private let order: TokenOrder?

  /// Makes room to draw.
  ///
  /// - Parameters:
  ///   - options: Temperature, top-k, top-p and min-p.
  ///   - vocabularySize: The number of logits.
  init(_ options: GenerationOptions, vocabularySize: Int) {
    self.options = options
    weights = FloatBuffer(count: vocabularySize)
    let needsOrder = options.topK != nil || options.topP < 1
    order = needsOrder ? TokenOrder(count: vocabularySize) : nil
  }

  /// Draws one token.
  ///
  /// - Parameters:
  ///   - logits: The logits of all tokens, −∞ for those that may not be drawn.
  ///   - random: Where chance comes from.
  /// - Returns: A token; among equal chances, and where no logit is a number,
  ///   the first.
  /// - Complexity: O(tokens), with top-k or top-p O(tokens + kept × log tokens).
  func next(
    _ logits: UnsafeMutableBufferPointer<Float>, _ random: inout SamplerRandom
  ) -> Int {
    var greatest = 0
    var peak = logits[0]
    for token in logits.indices where logits[token] > peak {
      peak = logits[token]
      greatest = token
    }
    guard options.temperature > 0 else { return greatest }

    let weights = UnsafeMutableBufferPointer(
      start: weights.base, count: logits.count)
    for token in logits.indices {
      weights[token] = (logits[token] - peak) / options.temperature
    }
    mgpt_exp(self.weights.base, self.weights.base, logits.count)
    order?.keepLikeliest(weights, topK: options.topK, topP: options.topP)
    if options.minP > 0 {
      // The likeliest has the weight 1.
      for token in weights.indices where weights[token] < options.minP {
        weights[token] = 0
      }
    }
    var total = 0.0
    for weight in weights { total += Double(weight) }
    let target = random.nextUnit() * total
    var sum = 0.0
    var last = greatest
    for token in weights.indices where weights[token] > 0 {
      sum += Double(weights[token])
      last = token
      if sum > target { break }
    }
    // Only weights that are no numbers leave the target unreached.
    return last
  }
}
