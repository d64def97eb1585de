import MicroGPTSampler

/// The characters of a sample of a model of a text.
let textLength = 500

extension LanguageModel {
  /// Generates a text that may be longer than the context.
  ///
  /// When the context is full, its later half becomes the prompt of a new one.
  /// The first context is that of `generate` with the same seed and stream.
  ///
  /// - Parameters:
  ///   - length: The most characters; fewer if the model ends the text.
  ///   - temperature: What the logits are divided by.
  ///   - seed: What chance depends on.
  ///   - stream: The number of the text, below 2^32.
  /// - Returns: The text.
  /// - Throws: ``PromptError``, which no text of the model's own gives.
  func generateText(
    length: Int, temperature: Float, seed: UInt64, stream: UInt64
  ) throws(PromptError) -> String {
    var text = String.UnicodeScalarView()
    var rest = length
    var context = stream
    while rest > 0 {
      let sample = try generate(
        prompt: String(text.suffix(configuration.blockSize / 2)),
        options: GenerationOptions(
          temperature: temperature, maximumLength: rest),
        seed: seed, stream: context)
      text.append(contentsOf: sample.continuation.unicodeScalars)
      rest -= sample.continuationTokenCount
      if sample.ending == .stop { break }
      context += 1 << 32
    }
    return String(text)
  }
}
