import MicroGPTText

/// A section that this version of the format does not know, and that may be
/// copied by who does not know it (spec: section 4, “Tags”).
public struct UnknownSection: Sendable, Hashable {
  /// Four letters: the first in lower case (ancillary), the last in lower case
  /// (safe to copy).
  public let tag: String
  /// The section's bytes.
  public let bytes: [UInt8]

  /// Creates a section.
  ///
  /// - Parameters:
  ///   - tag: Four ASCII letters, the first and the last in lower case.
  ///   - bytes: The section's bytes.
  public init(tag: String, bytes: [UInt8]) {
    self.tag = tag
    self.bytes = bytes
  }

  /// Checks that the section may stand in a file behind another one: a good
  /// tag, not a known one, and one or more bytes.
  package func validate(
    after previous: UnknownSection?
  ) throws(FormatError) {
    let field = "section \(quoted(tag))"
    guard let code = SectionTag(tag), code.isSafeToCopy, !code.isCritical,
      !SectionTag.known.contains(code)
    else {
      throw FormatError(
        .unknownCode, field, at: Int?.none, found: quoted(tag),
        expected: "an unknown ancillary tag that is safe to copy")
    }
    guard !bytes.isEmpty else {
      throw FormatError(
        .outOfRange, field, at: Int?.none, found: "no bytes",
        expected: "at least one")
    }
    guard previous.map({ $0.tag.precedes(tag) }) ?? true else {
      throw FormatError(
        .wrongOrder, field, at: Int?.none,
        found: "it after \(previous?.tag ?? "")",
        expected: "tags in increasing order")
    }
  }

  /// Checks that sections may stand in a file one behind the other.
  static func validate(_ sections: [UnknownSection]) throws(FormatError) {
    var previous: UnknownSection?
    for section in sections {
      try section.validate(after: previous)
      previous = section
    }
  }
}
