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
}
