/// A section that this version of the format does not know, and that may be
/// copied by who does not know it (spec: section 4, “Tags”).
public struct OtherSection: Sendable, Hashable {
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

  /// Checks that the sections may stand in a file: good tags, strictly
  /// increasing, none of them known.
  static func validate(_ sections: [OtherSection]) throws(FormatError) {
    var previous = ""
    for section in sections {
      let field = "section \(quoted(section.tag))"
      guard let tag = SectionTag(section.tag), tag.isSafeToCopy,
        !tag.isCritical, !SectionTag.known.contains(tag)
      else {
        throw FormatError(
          .unknownCode, field, at: Int?.none, found: quoted(section.tag),
          expected: "an unknown ancillary tag that is safe to copy")
      }
      guard !section.bytes.isEmpty else {
        throw FormatError(
          .outOfRange, field, at: Int?.none, found: "no bytes",
          expected: "at least one")
      }
      guard previous < section.tag else {
        throw FormatError(
          .wrongOrder, field, at: Int?.none, found: "it after \(previous)",
          expected: "tags in increasing order")
      }
      previous = section.tag
    }
  }
}
