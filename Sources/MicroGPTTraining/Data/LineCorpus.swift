import MicroGPTFormat

/// The documents to train on, as tokens, and their vocabulary.
///
/// Text is read as Python's `[line.strip() for line in text.split('\n') if
/// line.strip()]` with universal newlines reads it: a document is a line
/// (ended by LF, CRLF or CR) without the white space at its ends; lines with
/// nothing else are no documents. A byte-order mark at the start is dropped.
public struct LineCorpus: Sendable {
  /// The distinct characters of all documents, or those given, and BOS.
  public let vocabulary: Vocabulary
  /// The characters of the longest document.
  public let longestDocumentLength: Int
  /// The SHA-256 of the text's bytes, as 64 hexadecimal digits.
  public let sha256: String
  /// The SHA-256 of the documents, a line each, where the text is more than
  /// these lines in any usual form; else `nil`.
  public private(set) var documentDigest: String?

  /// The memory that reading takes at most for each byte of a text: scalars and
  /// tokens of four bytes, and the start of every other one.
  private static let maximumBytesPerByte = 16

  /// All documents, BOS before, between and behind them.
  let tokens: [Int32]  // (tokenCount + 1)
  /// Where the BOS before each document stands, and the last BOS.
  let starts: [Int]  // (documentCount + 1)

  /// Reads documents, in O(bytes) time and about 12 bytes a character.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - vocabulary: That of the model to train; `nil` for the distinct
  ///     characters of the text.
  /// - Throws: ``LineCorpusError`` if the text is not UTF-8, has no documents or
  ///   has characters that the vocabulary lacks, or memory is lacking; no case
  ///   is changed.
  public init(
    bytes: Span<UInt8>, vocabulary: Vocabulary? = nil
  ) throws(LineCorpusError) {
    do {
      try OutOfMemory.check(
        bytes.count, times: Self.maximumBytesPerByte, for: "the documents")
    } catch {
      throw .outOfMemory(error)
    }
    var reader = DocumentReader()
    try bytes.withUnsafeBytes { bytes throws(LineCorpusError) in
      try reader.read(bytes)
    }
    reader.endLine()
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    sha256 = hash.hexadecimalDigest()

    let separator = DocumentReader.separator
    var tokenOf = [Int32](
      repeating: -1, count: Int(reader.scalars.max() ?? 0) + 1)
    var distinct: [Unicode.Scalar] = []
    for value in reader.scalars
    where value != separator && tokenOf[Int(value)] < 0 {
      tokenOf[Int(value)] = 0
      if let scalar = Unicode.Scalar(value) { distinct.append(scalar) }
    }
    guard let present = Vocabulary(of: distinct) else { throw .noDocuments }
    if let defect = bytes.withUnsafeBytes({ present.defect(ofTextIn: $0) }) {
      throw .notText("\(defect)")
    }
    let vocabulary = vocabulary ?? present
    let unknown = vocabulary.lacked(of: present)
    guard unknown.isEmpty else { throw .unknownCharacters(unknown) }
    for (token, scalar) in vocabulary.scalars.enumerated()
    where tokenOf.indices.contains(Int(scalar.value)) {
      tokenOf[Int(scalar.value)] = Int32(token)
    }
    // Instead of LF, which a vocabulary may have, but a line has not.
    tokenOf[Int(separator)] = Int32(vocabulary.bosToken)

    self.vocabulary = vocabulary
    tokens = reader.scalars.map { tokenOf[Int($0)] }
    starts = reader.starts
    longestDocumentLength = reader.longest
    documentDigest = bytes.withUnsafeBytes {
      digestOfDocuments(in: $0, digest: sha256)
    }
  }

  /// The number of documents, at least 1.
  public var documentCount: Int { starts.count - 1 }

  /// The number of characters in all documents.
  public var characterCount: Int { tokens.count - 1 - documentCount }

  /// The number of tokens to predict: each character, and the BOS that ends
  /// each document.
  public var tokenCount: Int { tokens.count - 1 }

  /// The number of documents with more characters than a limit, in
  /// O(documents).
  ///
  /// - Parameter length: The limit.
  /// - Returns: How many are longer.
  public func documentCount(longerThan length: Int) -> Int {
    (0..<documentCount).count { document in
      starts[document + 1] - starts[document] - 1 > length
    }
  }

  /// The tokens of a document without BOS.
  ///
  /// - Parameter index: The number of the document in the order of the text,
  ///   below ``documentCount``.
  /// - Returns: One token a character.
  public func tokens(ofDocumentAt index: Int) -> [Int] {
    tokens[starts[index] + 1..<starts[index + 1]].map(Int.init)
  }

  /// Calls a closure with the tokens of a document, BOS on both sides.
  func withTokens(
    ofDocument index: Int, _ body: (UnsafeBufferPointer<Int32>) -> Void
  ) {
    tokens.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[starts[index]...starts[index + 1]]))
    }
  }
}

/// Why a text cannot serve as training data.
public enum LineCorpusError: Error, Sendable, Hashable {
  /// The text is not UTF-8; the offset is that of the first byte, from 0, of
  /// the first sequence that is none.
  case invalidUTF8(byteOffset: Int)
  /// The NUL characters of the text show that it is UTF-16, UTF-32 or no text;
  /// the clause says which.
  case notText(String)
  /// The text has no line with anything but white space.
  case noDocuments
  /// The vocabulary given lacks these characters of the documents, which
  /// strictly increase.
  case unknownCharacters([Unicode.Scalar])
  /// There is too little memory.
  case outOfMemory(OutOfMemory)
}

extension LineCorpusError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .invalidUTF8(let offset): "the text is not UTF-8 at byte \(offset)"
    case .notText(let clause): clause
    case .noDocuments: "the text has no documents: every line is blank"
    case .unknownCharacters(let scalars): clause(onUnknown: scalars)
    case .outOfMemory(let error): error.description
    }
  }
}
