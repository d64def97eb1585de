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
    let limit = model.maximumPromptLength
    guard options.contextOverflow == .slide || length <= limit else {
      throw .promptTooLong(characterCount: length, limit: limit)
    }
    self.text = text
    tokens = try model.encode(text)
  }
}

/// The prompts of some texts: one for each, or one for all.
struct Prompts: Sendable {
  private let all: [Prompt]
  /// The number of texts.
  let count: Int

  init(_ all: [Prompt]) {
    self.all = all
    count = all.count
  }

  init(_ one: Prompt, count: Int) {
    all = [one]
    self.count = count
  }

  /// The tokens of the prompt that some texts have in common; `nil` if theirs
  /// differ, or there are no texts.
  func commonTokens(of texts: Range<Int>) -> [Int]? {
    guard let first = texts.first else { return nil }
    let tokens = tokens(of: first)
    let areSame =
      all.count == 1 || texts.allSatisfy { self.tokens(of: $0) == tokens }
    return areSame ? tokens : nil
  }

  /// The tokens of the longest prompt.
  var maximumTokenCount: Int {
    all.reduce(0) { max($0, $1.tokens.count) }
  }

  /// The tokens of the prompt of one text.
  func tokens(of text: Int) -> [Int] { all[all.count == 1 ? 0 : text].tokens }

  /// The prompt of one text, as it was given.
  func text(of text: Int) -> String { all[all.count == 1 ? 0 : text].text }
}
