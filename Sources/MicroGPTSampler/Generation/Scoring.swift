import MicroGPTFormat

/// How likely a model finds a text.
public struct Score: Sendable, Hashable {
  /// The natural logarithm of the chance of each character after those before
  /// it.
  public let logProbabilities: [Double]
  /// That of the text ending there; `nil` where the context was full.
  public let endLogProbability: Double?

  /// The logarithm of the chance of the whole.
  public var total: Double {
    logProbabilities.reduce(0, +) + (endLogProbability ?? 0)
  }
}

extension LanguageModel {
  /// Computes how likely the model finds a text from its beginning on.
  ///
  /// - Parameter text: At most `block_size` characters.
  /// - Returns: The logarithms of chances.
  /// - Throws: ``GenerationError`` if it is too long or has characters that the
  ///   vocabulary lacks, memory is lacking, or the model gives logits that are
  ///   not finite.
  /// - Complexity: O(characters × weights).
  public func score(_ text: String) throws(GenerationError) -> Score {
    let tokens = try encode(text)
    let blockSize = configuration.blockSize
    guard tokens.count <= blockSize else {
      throw .textTooLong(characterCount: tokens.count, limit: blockSize)
    }
    do throws(InferenceError) {
      return try score(tokens)
    } catch {
      throw GenerationError(error, index: nil)
    }
  }

  private func score(_ tokens: [Int]) throws(InferenceError) -> Score {
    let blockSize = configuration.blockSize
    var softmax = try InferenceError.memory { () throws(OutOfMemory) in
      try LogSoftmax(vocabularySize: vocabulary.size, rowLimit: 1)
    }
    var inference = try InferenceError.memory { () throws(OutOfMemory) in
      try Inference(self, textCount: 1, rowLimit: min(blockSize, 32))
    }
    // The token at a position follows from BOS and those before it.
    let inputs = [vocabulary.bosToken] + tokens.prefix(blockSize - 1)
    let targets = tokens + [vocabulary.bosToken]
    var logarithms: [Double] = []
    logarithms.reserveCapacity(inputs.count)
    while logarithms.count < inputs.count {
      let start = logarithms.count
      let end = min(start + inference.rowLimit, inputs.count)
      for position in start..<end {
        try inference.add(inputs[position], to: 0, at: position)
      }
      try inference.run()
      for position in start..<end {
        softmax.read(inference.logits(ofRow: position - start), row: 0)
        logarithms.append(softmax.logProbability(of: targets[position], row: 0))
      }
    }
    let end = logarithms.count > tokens.count ? logarithms.removeLast() : nil
    return Score(logProbabilities: logarithms, endLogProbability: end)
  }
}
