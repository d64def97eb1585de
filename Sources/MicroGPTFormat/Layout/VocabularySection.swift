/// The section VOCB: the characters as UTF-8.
///
/// Spec: section 6.
struct VocabularySection {
  /// No scalar takes more than four bytes.
  private static let maximumByteCount =
    4 * (GPTConfiguration.vocabularySizeRange.upperBound - 1)

  let vocabulary: Vocabulary

  init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// Reads the section; the inverse of ``serialized()``.
  init(parsing bytes: Slice<UnsafeRawBufferPointer>) throws(FormatError) {
    let parser = ByteParser(bytes, context: "VOCB")
    guard bytes.count <= Self.maximumByteCount else {
      throw parser.error(
        .outOfRange, "characters", found: "\(bytes.count) bytes",
        expected: "at most \(Self.maximumByteCount)")
    }
    let scalars: [Unicode.Scalar]
    do {
      scalars = try UTF8Text.scalars(of: bytes)
    } catch {
      throw parser.error(
        .malformedText, "characters", at: error.index,
        found: "the byte \(bytes[error.index])", expected: "well-formed UTF-8")
    }
    guard let vocabulary = Vocabulary(sorted: scalars) else {
      let index =
        scalars.indices.dropFirst().first { scalars[$0 - 1] >= scalars[$0] }
        ?? scalars.startIndex
      let offset = scalars[..<index].reduce(bytes.startIndex) {
        $0 + UTF8.width($1)
      }
      throw parser.error(
        .wrongOrder, "characters", at: offset,
        found: "\(scalars.count) in disorder",
        expected: "characters in strictly increasing order")
    }
    self.vocabulary = vocabulary
  }

  /// The section's bytes; the inverse of ``init(parsing:)``.
  func serialized() -> [UInt8] {
    vocabulary.scalars.flatMap { Array(String($0).utf8) }
  }
}
