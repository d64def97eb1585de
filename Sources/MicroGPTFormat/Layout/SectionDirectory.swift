/// Where a section lies, as the directory states it.
public struct SectionEntry: Hashable, Sendable {
  let tag: SectionTag
  /// The place of its first byte in the file.
  public let offset: Int
  /// Its length in bytes.
  public let byteCount: Int
  /// The CRC32 of the section's bytes; 0 for DATA, whose tensors have their
  /// own.
  public let checksum: UInt32

  /// The four letters that name it.
  public var name: String { tag.letters }

  var range: Range<Int> { offset..<offset + byteCount }
}

/// The list of sections behind the header.
///
/// Spec: section 4, “Directory”.
enum SectionDirectory {
  static let entryByteCount = 32
  /// The greatest number of sections in a file.
  static let maximumCount = 64
  /// Every section, and every tensor in DATA, begins at a multiple of this.
  static let alignment = 64

  /// Reads the directory; the inverse of ``serialized(_:)``.
  ///
  /// A section's offset follows from what precedes it, so there is one place
  /// for each, and neither holes nor overlaps. The sections found here cover
  /// the file to its end; the padding between them is zero.
  static func parse(
    _ file: UnsafeRawBufferPointer, header: Header
  ) throws(FormatError) -> [SectionEntry] {
    let start = Header.byteCount
    let end = start + header.sectionCount * entryByteCount
    guard end <= file.count else {
      throw FormatError(
        .truncated, "directory", at: start,
        found: "\(file.count - start) bytes", expected: "\(end - start)")
    }
    let computed = CRC32.of(file[start..<end])
    guard computed == header.directoryChecksum else {
      throw FormatError(
        .checksumMismatch, "header.directory_crc32", at: 36,
        found: hexadecimal(header.directoryChecksum),
        expected: hexadecimal(computed))
    }
    var entries: [SectionEntry] = []
    var fileEnd = end
    for index in 0..<header.sectionCount {
      let bytes = file[start + index * entryByteCount..<end]
      var parser = ByteParser(
        bytes.prefix(entryByteCount), context: "directory[\(index)]")
      let entry = try parseEntry(
        &parser, after: entries.last, end: fileEnd, fileLength: file.count)
      try checkPadding(file, from: fileEnd, to: entry.offset)
      fileEnd = entry.range.upperBound
      entries.append(entry)
    }
    guard fileEnd == file.count else {
      throw FormatError(
        .trailingBytes, "header.file_length", at: 16,
        found: "\(file.count - fileEnd) bytes after the last section",
        expected: "none")
    }
    return entries
  }

  private static func parseEntry(
    _ parser: inout ByteParser, after previous: SectionEntry?, end: Int,
    fileLength: Int
  ) throws(FormatError) -> SectionEntry {
    let tagOffset = parser.byteOffset
    let code: UInt32 = try parser.integer("tag")
    guard let tag = SectionTag(code: code) else {
      throw parser.error(
        .unknownCode, "tag", at: tagOffset, found: hexadecimal(code),
        expected: "four ASCII letters")
    }
    guard !tag.isCritical || SectionTag.known.contains(tag) else {
      throw parser.error(
        .unknownCode, "tag", at: tagOffset,
        found: "the critical section \(tag.letters)",
        expected: "sections of version \(Header.major).\(Header.minor)")
    }
    if let previous, previous.tag.rank >= tag.rank {
      throw parser.error(
        .wrongOrder, "tag", at: tagOffset,
        found: "\(tag.letters) after \(previous.tag.letters)",
        expected: "each section once, in the order of the specification")
    }
    try parser.zeros(4, "flags")

    let offsetOffset = parser.byteOffset
    let offset: UInt64 = try parser.integer("offset")
    let expectedOffset = aligned(end)
    guard offset == UInt64(expectedOffset) else {
      throw parser.error(
        .wrongLayout, "offset", at: offsetOffset, found: offset,
        expected: expectedOffset)
    }
    let lengthOffset = parser.byteOffset
    let length: UInt64 = try parser.integer("length")
    guard let byteCount = Int(exactly: length), byteCount > 0,
      expectedOffset <= fileLength, byteCount <= fileLength - expectedOffset
    else {
      throw parser.error(
        .wrongLayout, "length", at: lengthOffset, found: length,
        expected: "1 to \(max(0, fileLength - expectedOffset)), what is left"
          + " of the file")
    }
    let checksumOffset = parser.byteOffset
    let checksum: UInt32 = try parser.integer("crc32")
    guard tag != .data || checksum == 0 else {
      throw parser.error(
        .nonzeroPadding, "crc32", at: checksumOffset,
        found: hexadecimal(checksum), expected: "0 for DATA")
    }
    try parser.zeros(4, "reserved")
    return SectionEntry(
      tag: tag, offset: expectedOffset, byteCount: byteCount,
      checksum: checksum)
  }

  /// The directory's bytes; the inverse of ``parse(_:header:)``.
  static func serialized(_ entries: [SectionEntry]) -> [UInt8] {
    var builder = ByteBuilder()
    for entry in entries {
      builder.append(entry.tag.code)
      builder.append(0 as UInt32)  // flags
      builder.append(UInt64(entry.offset))
      builder.append(UInt64(entry.byteCount))
      builder.append(entry.checksum)
      builder.append(0 as UInt32)
    }
    return builder.bytes
  }

  /// The next place where a section or a tensor may begin.
  ///
  /// It cannot overflow: the argument is at most the length of a file that
  /// exists or of one whose tensors are within the configuration's limits.
  static func aligned(_ offset: Int) -> Int {
    (offset + alignment - 1) / alignment * alignment
  }

  /// Checks that the bytes between two parts of a file are zero.
  static func checkPadding(
    _ file: UnsafeRawBufferPointer, from start: Int, to end: Int
  ) throws(FormatError) {
    guard let index = file[start..<end].firstIndex(where: { $0 != 0 }) else {
      return
    }
    throw FormatError(
      .nonzeroPadding, "padding", at: index, found: "\(file[index])",
      expected: "0")
  }
}
