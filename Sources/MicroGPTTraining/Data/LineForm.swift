import MicroGPTFormat

/// A form in which a text editor or another system may keep the same lines:
/// their ends, whether the last line has one, and a byte-order mark.
struct LineForm {
  let ending: [UInt8]
  let endsLast: Bool
  let hasMark: Bool

  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Lines that end in LF, all of them, and nothing else.
  static let plain = LineForm(ending: [10], endsLast: true, hasMark: false)

  /// All forms, the commonest first.
  static let all: [LineForm] = [false, true].flatMap { hasMark in
    [[10], [13, 10], [13]].flatMap { ending in
      [true, false].map {
        LineForm(ending: ending, endsLast: $0, hasMark: hasMark)
      }
    }
  }
}

/// Which bytes hold the same documents: those that determine a run.
extension LineCorpus {
  /// The number of bytes of the documents' characters.
  private var characterByteCount: Int {
    let widths = vocabulary.scalars.map { UTF8.width($0) } + [0]
    return tokens.reduce(0) { $0 + widths[Int($1)] }
  }

  /// The number of bytes that a form adds to those of the characters.
  private func addedByteCount(_ form: LineForm) -> Int {
    let ends = documentCount - (form.endsLast ? 0 : 1)
    return (form.hasMark ? LineForm.mark.count : 0) + ends * form.ending.count
  }

  /// The SHA-256 of the documents in a form, in O(characters).
  func digest(of form: LineForm) -> String {
    var hash = SHA256()
    var bytes = form.hasMark ? LineForm.mark : []
    let characters = vocabulary.scalars.map { Array(String($0).utf8) }
    for document in 0..<documentCount {
      withTokens(ofDocument: document) { tokens in
        for token in tokens.dropFirst().dropLast() {
          bytes += characters[Int(token)]
        }
      }
      if form.endsLast || document < documentCount - 1 { bytes += form.ending }
      if bytes.count >= 1 << 16 || document == documentCount - 1 {
        bytes.withUnsafeBytes { hash.update($0) }
        bytes.removeAll(keepingCapacity: true)
      }
    }
    return hash.hexadecimalDigest()
  }

  /// The SHA-256 of the documents, a line each, of a text that holds more than
  /// them: blank lines, white space at the ends of others, or ends of lines of
  /// several kinds.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - digest: Its digest.
  /// - Returns: `nil` if the text is the documents in one of the forms, so that
  ///   they can be told by its digest.
  func digestOfDocuments(
    in bytes: UnsafeRawBufferPointer, digest: String
  ) -> String? {
    let rest = bytes.count - characterByteCount
    let forms = LineForm.all.filter { addedByteCount($0) == rest }
    // The usual case, for which nothing is hashed again.
    let isPlain = forms.contains {
      $0.endsLast && $0.ending == [10] && !$0.hasMark
    }
    if isPlain && bytes.last == 10 && !bytes.contains(13) { return nil }
    if forms.contains(where: { self.digest(of: $0) == digest }) { return nil }
    return self.digest(of: .plain)
  }

  /// Whether a run that began with a text began with these documents.
  ///
  /// - Parameters:
  ///   - digest: The digest of that text.
  ///   - documents: The digest of its documents, where it has more than them.
  /// - Returns: Whether it is known that they are the same.
  func holdsDocuments(ofText digest: String, documents: String?) -> Bool {
    if let documents { return self.digest(of: .plain) == documents }
    return LineForm.all.contains { self.digest(of: $0) == digest }
  }
}

extension TextCorpus {
  /// Whether the text differs from another one in the ends of its lines alone,
  /// or in a byte-order mark, in O(bytes).
  ///
  /// - Parameter digest: The digest of the other text.
  /// - Returns: Whether it is known that it does.
  func isOtherForm(ofText digest: String) -> Bool {
    LineForm.all.filter(\.endsLast).contains { self.digest(of: $0) == digest }
  }

  private func digest(of form: LineForm) -> String {
    var hash = SHA256()
    var bytes = form.hasMark ? LineForm.mark : []
    forEachByte { byte in
      if byte == 10 { bytes += form.ending } else { bytes.append(byte) }
      if bytes.count >= 1 << 16 {
        bytes.withUnsafeBytes { hash.update($0) }
        bytes.removeAll(keepingCapacity: true)
      }
    }
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexadecimalDigest()
  }
}
