import MicroGPTFormat

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
  case lines(DataSet)
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
    case .lines(let dataSet): dataSet.vocabulary
    case .text(let text): text.vocabulary
    }
  }

  /// The SHA-256 of the bytes, as 64 hexadecimal digits.
  public var digest: String {
    switch self {
    case .lines(let dataSet): dataSet.digest
    case .text(let text): text.digest
    }
  }

  /// The SHA-256 of the documents, where they cannot be told by ``digest``.
  public var documentDigest: String? {
    switch self {
    case .lines(let dataSet): dataSet.documentDigest
    case .text: nil
    }
  }

  /// The characters of the longest document, of a text those of all of it.
  public var longestDocument: Int {
    switch self {
    case .lines(let dataSet): dataSet.longestDocument
    case .text(let text): text.characterCount
    }
  }
}
