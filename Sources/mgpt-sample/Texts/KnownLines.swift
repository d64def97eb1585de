import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel
import MicroGPTSampler
import MicroGPTText

/// The lines of a file as a model would write them.
struct KnownLines {
  /// The file in words.
  let name: String
  /// Strings are equal if they are canonically equivalent, so that it does not
  /// matter in which normal form a line is.
  private var texts: Set<String> = []
  /// Whether one of them is made of the model's characters, or would be in
  /// another normal form.
  private var canRepeat = false

  /// Reads lines as the trainer does: each is a document, white space around it
  /// dropped.
  ///
  /// - Parameters:
  ///   - path: The file, `-` for standard input.
  ///   - model: The model, in whose characters lines are compared.
  /// - Throws: `CommandFailure` if the file cannot be read or is not UTF-8.
  init(_ path: String, _ model: LanguageModel) throws(CommandFailure) {
    let reader = try LineReader(path)
    name = reader.name
    var meter = MemoryMeter("the lines that are known")
    var isSpelled: [Character: Bool] = [:]
    while let line = try reader.next() {
      let document = stripped(line)
      guard !document.isEmpty else { continue }
      let text = model.vocabulary.nearestSpelling(of: document)
      canRepeat = canRepeat || model.vocabulary.canSpell(text, &isSpelled)
      do {
        try meter.add(text.utf8.count + Self.byteCountOfEntry)
      } catch {
        throw .memory("\(name): \(error)")
      }
      texts.insert(text)
    }
  }

  /// What an entry of a set of texts takes beside its bytes.
  static let byteCountOfEntry = 64

  /// What to say if no text of the model's can be one of the lines.
  var warnings: [String] {
    if texts.isEmpty { return ["--novel has no effect: \(name) has no lines"] }
    return canRepeat
      ? []
      : [
        "--novel has no effect: no line of \(name) is made of the model's"
          + " characters"
      ]
  }

  /// Whether a text of the model's is one of the lines.
  func contains(_ text: String) -> Bool {
    texts.contains(String(stripped(text)))
  }

  /// What a text is compared by: its UTF-8 without white space around it.
  static func key(_ text: String) -> [UInt8] {
    [UInt8](stripped(text).utf8)
  }
}

extension Vocabulary {
  /// Whether a text may be made of these characters: grapheme by grapheme, as
  /// a letter may be composed in one of both and decomposed in the other.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - isSpelled: The graphemes looked up so far.
  /// - Returns: Whether it may.
  fileprivate func canSpell(
    _ text: String, _ isSpelled: inout [Character: Bool]
  ) -> Bool {
    for character in text {
      let isKnown: Bool
      if let known = isSpelled[character] {
        isKnown = known
      } else {
        let parts = character.unicodeScalars
        isKnown =
          parts.allSatisfy { token(of: $0) != nil }
          || otherForm(in: parts) != nil
        isSpelled[character] = isKnown
      }
      guard isKnown else { return false }
    }
    return true
  }

  /// A text in these characters, as far as they suffice: lower case instead of
  /// a character that the vocabulary has in lower case alone.
  fileprivate func nearestSpelling(of text: Substring) -> String {
    var spelling = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      spelling.append(known(scalar) ?? scalar)
    }
    return String(spelling)
  }
}
