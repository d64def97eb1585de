// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import MicroGPTRandom

extension MicroGPT {
  /// Draws a new document from the model, token by token.
  ///
  /// The generator is the one that made the weights, so samples repeat
  /// microgpt.py's when drawn after the last step.
  ///
  /// - Parameter temperature: What the logits are divided by, above 0: low is
  ///   cautious, high is varied. The configuration's unless given.
  /// - Returns: At most `block_size` tokens, without BOS.
  /// - Throws: ``SamplingError``.
  public func sample(
    temperature: Double? = nil
  ) throws(SamplingError) -> [Int] {
    defer { tape.forget(after: params.count) }
    let temperature = temperature ?? config.temperature
    var cache = KeyValueCache(n_layer: config.n_layer)
    var token_id = config.BOS
    var sample: [Int] = []
    for pos_id in 0..<config.block_size {
      let logits = gpt(token_id, pos_id, &cache)
      let probs = softmax(logits.map { l in l / temperature })
      do {
        token_id = try random.choice(weights: probs.map(\.data))
      } catch {
        throw SamplingError(cause: error)
      }
      if token_id == config.BOS { break }
      sample.append(token_id)
    }
    return sample
  }
}

/// A model that gives no probabilities, as where training diverged or the
/// temperature is too low for a double.
public struct SamplingError: Error, Sendable, Hashable {
  let cause: WeightError
}

extension SamplingError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String { cause.description }
}
