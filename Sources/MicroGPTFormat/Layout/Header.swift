/// The first 64 bytes of a file.
///
/// Spec: section 3, “Header”.
struct Header: Equatable {
  static let byteCount = 64
  static let magic: [UInt8] = [0x89, 0x4d, 0x47, 0x50, 0x0d, 0x0a, 0x1a, 0x0a]
  static let major: UInt16 = 1
  static let minor: UInt16 = 0

  var minor = Self.minor
  var fileLength: UInt64
  var sectionCount: Int
  var directoryChecksum: UInt32

  /// Reads a header; the inverse of ``serialized()``.
  ///
  /// The order of the checks makes the most telling error come first: what is
  /// no checkpoint at all, what comes from a later version, what is damaged,
  /// what was cut short.
  init(parsing file: UnsafeRawBufferPointer) throws(FormatError) {
    var parser = ByteParser(file.prefix(Self.byteCount), context: "header")
    let magic = parser.remaining.prefix(Self.magic.count)
    guard magic.elementsEqual(Self.magic) else {
      throw parser.error(
        Self.magic.starts(with: magic) ? .truncated : .notACheckpoint, "magic",
        found: magic.isEmpty
          ? "an empty file" : "the bytes \(hexadecimal(Array(magic)))",
        expected: hexadecimal(Self.magic))
    }
    guard parser.remaining.count == Self.byteCount else {
      throw FormatError(
        .truncated, "header", at: 0, found: "\(file.count) bytes",
        expected: "at least \(Self.byteCount)")
    }
    let computed = CRC32.of(file.prefix(Self.byteCount - 4))
    _ = try parser.take(Self.magic.count, "magic")

    let majorOffset = parser.byteOffset
    let major: UInt16 = try parser.integer("major")
    minor = try parser.integer("minor")
    guard major == Self.major else {
      throw parser.error(
        .unsupportedVersion, "major", at: majorOffset,
        found: "version \(major).\(minor)", expected: "version \(Self.major)")
    }
    let featuresOffset = parser.byteOffset
    let features: UInt32 = try parser.integer("required_features")
    let lengthOffset = parser.byteOffset
    fileLength = try parser.integer("file_length")
    let directoryOffset: UInt64 = try parser.integer("directory_offset")
    let count: UInt32 = try parser.integer("section_count")
    directoryChecksum = try parser.integer("directory_crc32")
    let reserved = parser
    _ = try parser.take(20, "reserved")

    let stored: UInt32 = try parser.integer("header_crc32")
    guard stored == computed else {
      throw parser.error(
        .checksumMismatch, "header_crc32", at: Self.byteCount - 4,
        found: hexadecimal(stored), expected: hexadecimal(computed))
    }
    guard features == 0 else {
      throw parser.error(
        .unsupportedVersion, "required_features", at: featuresOffset,
        found: hexadecimal(features), expected: "no feature bit set")
    }
    guard directoryOffset == UInt64(Self.byteCount) else {
      throw parser.error(
        .wrongLayout, "directory_offset", at: lengthOffset + 8,
        found: directoryOffset, expected: Self.byteCount)
    }
    guard (1...SectionDirectory.maximumCount).contains(Int(count)) else {
      throw parser.error(
        .outOfRange, "section_count", at: lengthOffset + 16, found: count,
        expected: "1 to \(SectionDirectory.maximumCount)")
    }
    sectionCount = Int(count)
    var zeros = reserved
    try zeros.zeros(20, "reserved")
    guard fileLength == UInt64(file.count) else {
      throw parser.error(
        fileLength > UInt64(file.count) ? .truncated : .trailingBytes,
        "file_length", at: lengthOffset, found: "a file of \(file.count) bytes",
        expected: "\(fileLength)")
    }
  }

  init(fileLength: UInt64, directory: [UInt8]) {
    self.fileLength = fileLength
    sectionCount = directory.count / SectionDirectory.entryByteCount
    directoryChecksum = CRC32.of(directory)
  }

  /// The header's 64 bytes; the inverse of ``init(parsing:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    builder.append(Self.magic)
    builder.append(Self.major)
    builder.append(minor)
    builder.append(0 as UInt32)  // required features
    builder.append(fileLength)
    builder.append(UInt64(Self.byteCount))
    builder.append(UInt32(sectionCount))
    builder.append(directoryChecksum)
    builder.appendZeros(20)
    builder.appendChecksum()
    return builder.bytes
  }
}

/// Bytes as errors show them, as `50 4b 03 04`.
@inline(never)  // for the size of the C library
private func hexadecimal(_ bytes: [UInt8]) -> String {
  var text = ""
  for byte in bytes {
    text += (text.isEmpty ? "" : " ") + (byte < 16 ? "0" : "")
    text += String(byte, radix: 16)
  }
  return text
}
