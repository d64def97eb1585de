import CMicroGPTKernels
import MicroGPTFormat
import MicroGPTRandom

/// Draws tokens from logits.
///
/// Spec: section 14, “Random streams”.
struct TokenDraw {
  private let temperature: Float
  private var random: SamplerRandom
  private let weights: FloatBuffer  // (vocab_size)

  /// Starts a stream of draws.
  ///
  /// - Parameters:
  ///   - temperature: What logits are divided by; at 0 the greatest one wins.
  ///   - random: Where chance comes from, a draw for each token.
  ///   - vocabularySize: The number of logits.
  init(temperature: Float, random: SamplerRandom, vocabularySize: Int) {
    self.temperature = temperature
    self.random = random
    weights = FloatBuffer(count: vocabularySize)
  }

  /// Draws one token.
  ///
  /// - Parameter logits: The logits of the tokens that may be drawn.
  /// - Returns: A token; among equal chances, and where no logit is a number,
  ///   the first.
  mutating func next(_ logits: UnsafeBufferPointer<Float>) -> Int {
    var greatest = 0
    for (token, logit) in logits.enumerated() where logit > logits[greatest] {
      greatest = token
    }
    guard temperature > 0 else { return greatest }

    let peak = logits[greatest]
    for (token, logit) in logits.enumerated() {
      weights.base[token] = (logit - peak) / temperature
    }
    mgpt_exp(weights.base, weights.base, logits.count)
    var total = 0.0
    for token in logits.indices { total += Double(weights.base[token]) }
    let target = random.nextUnit() * total
    var sum = 0.0
    var last = greatest
    for token in logits.indices where weights.base[token] > 0 {
      sum += Double(weights.base[token])
      last = token
      if sum > target { break }
    }
    // Only weights that are no numbers leave the target unreached.
    return last
  }
}
