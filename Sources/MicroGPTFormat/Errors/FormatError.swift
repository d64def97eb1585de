/// Bytes that are not a valid checkpoint: which field, where, and what it
/// holds against what it should hold.
public struct FormatError: Error, Sendable, Hashable {
  /// The kind of defect; one for each family of rules in the specification.
  public enum Reason: String, Sendable, CaseIterable {
    /// The first eight bytes are not the format's.
    case notACheckpoint
    /// A version, or a required feature, that this reader does not know.
    case unsupportedVersion
    /// A code (section, role, data type, codec, architecture …) without
    /// meaning in this version.
    case unknownCode
    /// The file, or a section in it, ends before what it must hold.
    case truncated
    /// Bytes behind the end.
    case trailingBytes
    /// A checksum differs from the bytes that it covers.
    case checksumMismatch
    /// A length or an offset other than the one that follows from the rest.
    case wrongLayout
    /// Bytes that must be zero are not.
    case nonzeroPadding
    /// A number outside its limits.
    case outOfRange
    /// Items out of order, or one of them twice.
    case wrongOrder
    /// A section or tensor that must be there is not.
    case missing
    /// A section or tensor that the configuration does not provide for.
    case unexpected
    /// Text that is not well-formed UTF-8, or holds what it must not hold.
    case malformedText
    /// A compressed stream that does not decode to what it should.
    case malformedStream
  }

  /// The kind of defect.
  public var reason: Reason { contents.reason }
  /// The field, spelt as in the specification: `header.file_length`,
  /// `TDIR[2].offset`.
  public var field: String { contents.field }
  /// The field's first byte in the file, where there is one.
  public var byteOffset: UInt64? { contents.byteOffset }
  /// What the file holds.
  public var found: String { contents.found }
  /// What it should hold.
  public var expected: String { contents.expected }

  /// An error is one pointer, as it goes up through many functions.
  private indirect enum Box: Sendable, Hashable {
    case contents(Contents)
  }

  private struct Contents: Sendable, Hashable {
    let reason: Reason
    let field: String
    let byteOffset: UInt64?
    let found: String
    let expected: String
  }

  private let box: Box

  private var contents: Contents {
    switch box {
    case .contents(let contents): contents
    }
  }

  @inline(never)
  init(
    _ reason: Reason, _ field: String, at byteOffset: Int? = nil,
    found: String, expected: String
  ) {
    box = .contents(
      Contents(
        reason: reason, field: field,
        byteOffset: byteOffset.flatMap { UInt64(exactly: $0) }, found: found,
        expected: expected))
  }
}

extension FormatError: CustomStringConvertible {
  /// The error as one clause: `header.file_length at byte 16: found 100 bytes,
  /// expected 17,984`.
  public var description: String {
    let place = byteOffset.map { " at byte \($0)" } ?? ""
    return "\(field)\(place): found \(found), expected \(expected)"
  }
}
