import MicroGPTFormat

extension GenerationOptions {
  /// The options with characters as a model spells them: where its vocabulary
  /// lacks a character but has its lower case, as for prompts.
  ///
  /// By themselves stop strings, banned and allowed characters are taken as they
  /// are, so that `N` has no effect on a model of lower case. A program whose
  /// options people type gives them to the model in this form.
  ///
  /// - Parameter vocabulary: The characters of the model.
  /// - Returns: The options; characters that the vocabulary lacks in both cases
  ///   stay as they are.
  public func spelled(in vocabulary: Vocabulary) -> GenerationOptions {
    func spelled(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
      scalars.map { vocabulary.known($0) ?? $0 }
    }
    var options = self
    options.stopStrings = stopStrings.map { stop in
      String(String.UnicodeScalarView(spelled(Array(stop.unicodeScalars))))
    }
    options.bannedCharacters = spelled(bannedCharacters)
    options.allowedCharacters = allowedCharacters.map(spelled)
    return options
  }
}
