/// A version of the checkpoint format.
///
/// Spec: section 16, “Versions and extension”.
public struct FormatVersion: Sendable, Hashable {
  /// Another one is refused.
  public let major: Int
  /// A greater one only adds sections that may be ignored.
  public let minor: Int

  /// The version that is written.
  public static let current = FormatVersion(major: 1, minor: 0)
}

extension FormatVersion: CustomStringConvertible {
  /// The version as `1.0`.
  public var description: String { "\(major).\(minor)" }
}
