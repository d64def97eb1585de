import MicroGPTFormat

/// The beginning of a text that a model can continue.
struct Prompt: Sendable {
  /// As it was given.
  let text: String
  let tokens: [Int]

  /// Looks up a prompt.
  ///
  /// - Throws: ``GenerationError`` if it has characters that the vocabulary
  ///   lacks, or leaves no room in a context that does not slide.
  init(
    _ text: String, _ model: LanguageModel, _ options: GenerationOptions
  ) throws(GenerationError) {
    let length = text.unicodeScalars.count
    let limit = model.greatestPromptLength
    guard options.context == .slides || length <= limit else {
      throw .promptTooLong(characterCount: length, limit: limit)
    }
    self.text = text
    tokens = try model.encode(text)
  }
}
