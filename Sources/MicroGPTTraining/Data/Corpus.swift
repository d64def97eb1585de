import MicroGPTFormat
import MicroGPTText

/// What a document is.
public enum DocumentKind: String, Sendable, CaseIterable {
  /// A line of many.
  case lines
  /// A window of one long text.
  case text
}

/// What a model is trained on.
public enum Corpus: Sendable {
  /// Many documents, each of which is trained on from its start.
  case lines(LineCorpus)
  /// One long text; a document is a window of it.
  case text(TextCorpus)

  /// What a document of it is.
  public var kind: DocumentKind {
    switch self {
    case .lines: .lines
    case .text: .text
    }
  }

  /// The distinct characters, or those given, and BOS.
  public var vocabulary: Vocabulary {
    switch self {
    case .lines(let lines): lines.vocabulary
    case .text(let text): text.vocabulary
    }
  }

  /// The SHA-256 of the bytes, as 64 hexadecimal digits.
  public var sha256: String {
    switch self {
    case .lines(let lines): lines.sha256
    case .text(let text): text.sha256
    }
  }

  /// The SHA-256 of the documents, if ``sha256`` does not identify them.
  public var documentDigest: String? {
    switch self {
    case .lines(let lines): lines.documentDigest
    case .text: nil
    }
  }

  /// The characters of the longest document, of a text those of all of it.
  public var longestDocumentLength: Int {
    switch self {
    case .lines(let lines): lines.longestDocumentLength
    case .text(let text): text.characterCount
    }
  }
}

// MARK: - Checks of both kinds

extension Vocabulary {
  /// The characters of another vocabulary that this one lacks, in order.
  func lacked(of other: Vocabulary) -> [Unicode.Scalar] {
    other.scalars.filter { token(of: $0) == nil }
  }

  /// What shows that a text of these characters is none.
  func defect(ofTextIn bytes: UnsafeRawBufferPointer) -> TextDefect? {
    scalars.first == "\0" ? TextDefect(ofNULsIn: bytes) : nil
  }
}

/// What errors say of characters that a vocabulary lacks: as many as help to
/// find them.
func clause(onUnknown scalars: [Unicode.Scalar]) -> String {
  let shown = scalars.prefix(20)
  let rest = scalars.count - shown.count
  return "the vocabulary lacks \(scalars.count) of its characters: "
    + shown.map { quoted($0) }.joined(separator: ", ")
    + (rest > 0 ? " and \(rest) more" : "")
}
