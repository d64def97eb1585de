/// The first 64 bytes of a file.
///
/// Spec: section 3, “Header”.
struct Header: Equatable {
  static let name = "header"
  static let byteCount = 64
  static let magic: [UInt8] = [0x89, 0x4d, 0x47, 0x50, 0x0d, 0x0a, 0x1a, 0x0a]
  private static let reservedByteCount = 20

  enum Fields {
    static let magic = Field("magic", at: 0)
    static let major = Field("major", at: 8)
    static let minor = Field("minor", at: 10)
    static let requiredFeatures = Field("required_features", at: 12)
    static let fileLength = Field("file_length", at: 16)
    static let directoryOffset = Field("directory_offset", at: 24)
    static let sectionCount = Field("section_count", at: 32)
    static let directoryChecksum = Field("directory_crc32", at: 36)
    static let checksum = Field("header_crc32", at: 60)
  }

  let version: FormatVersion
  let fileLength: UInt64
  let sectionCount: Int
  let directoryChecksum: UInt32

  /// Reads a header; the inverse of ``serialized()``.
  ///
  /// The order of the checks makes the most telling error come first: what is
  /// no checkpoint at all, what comes from a later version, what is damaged,
  /// what was cut short.
  init(parsing file: UnsafeRawBufferPointer) throws(FormatError) {
    var parser = ByteParser(file.prefix(Self.byteCount), context: Self.name)
    let magic = parser.remaining.prefix(Self.magic.count)
    guard magic.elementsEqual(Self.magic) else {
      throw parser.error(
        Self.magic.starts(with: magic) ? .truncated : .notACheckpoint,
        Fields.magic,
        found: magic.isEmpty
          ? "an empty file"
          : "the bytes \(hexadecimal(Array(magic), separator: " "))",
        expected: hexadecimal(Self.magic, separator: " "))
    }
    guard parser.remaining.count == Self.byteCount else {
      throw FormatError(
        .truncated, Self.name, at: 0, found: "\(file.count) bytes",
        expected: "at least \(Self.byteCount)")
    }
    let computed = CRC32.of(file.prefix(Fields.checksum.offset))
    _ = try parser.take(Self.magic.count, Fields.magic.name)

    let major: UInt16 = try parser.integer(Fields.major)
    let minor: UInt16 = try parser.integer(Fields.minor)
    version = FormatVersion(major: Int(major), minor: Int(minor))
    guard version.major == FormatVersion.current.major else {
      throw parser.error(
        .unsupportedVersion, Fields.major,
        found: "version \(version.description)",
        expected: "version \(FormatVersion.current.major)")
    }
    let features: UInt32 = try parser.integer(Fields.requiredFeatures)
    fileLength = try parser.integer(Fields.fileLength)
    let directoryOffset: UInt64 = try parser.integer(Fields.directoryOffset)
    let count: UInt32 = try parser.integer(Fields.sectionCount)
    directoryChecksum = try parser.integer(Fields.directoryChecksum)
    var reserved = parser
    _ = try parser.take(Self.reservedByteCount, "reserved")

    let stored: UInt32 = try parser.integer(Fields.checksum)
    guard stored == computed else {
      throw parser.error(
        .checksumMismatch, Fields.checksum, found: hexadecimal(stored),
        expected: hexadecimal(computed))
    }
    guard features == 0 else {
      throw parser.error(
        .unsupportedVersion, Fields.requiredFeatures,
        found: hexadecimal(features), expected: "no feature bit set")
    }
    guard directoryOffset == UInt64(Self.byteCount) else {
      throw parser.error(
        .wrongLayout, Fields.directoryOffset, found: directoryOffset,
        expected: Self.byteCount)
    }
    guard (1...SectionDirectory.maximumCount).contains(Int(count)) else {
      throw parser.error(
        .outOfRange, Fields.sectionCount, found: count,
        expected: "1 to \(SectionDirectory.maximumCount)")
    }
    sectionCount = Int(count)
    try reserved.zeros(Self.reservedByteCount, "reserved")
    guard fileLength == UInt64(file.count) else {
      throw parser.error(
        fileLength > UInt64(file.count) ? .truncated : .trailingBytes,
        Fields.fileLength, found: "a file of \(file.count) bytes",
        expected: "\(fileLength)")
    }
  }

  init(fileLength: UInt64, directory: [UInt8]) {
    version = .current
    self.fileLength = fileLength
    sectionCount = directory.count / SectionDirectory.entryByteCount
    directoryChecksum = CRC32.of(directory)
  }

  /// The header's 64 bytes; the inverse of ``init(parsing:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    builder.append(Self.magic)
    builder.append(UInt16(version.major))
    builder.append(UInt16(version.minor))
    builder.append(0 as UInt32)  // required features
    builder.append(fileLength)
    builder.append(UInt64(Self.byteCount))
    builder.append(UInt32(sectionCount))
    builder.append(directoryChecksum)
    builder.appendZeros(Self.reservedByteCount)
    builder.appendChecksum()
    return builder.bytes
  }

  /// Makes an error about a field of a file's header.
  static func error(
    _ reason: FormatError.Reason, _ field: Field, found: String,
    expected: String
  ) -> FormatError {
    FormatError(
      reason, field, of: name, at: 0, found: found, expected: expected)
  }
}
