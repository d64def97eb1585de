/// Where a section lies, as the directory states it.
public struct SectionEntry: Hashable, Sendable {
  let kind: SectionTag
  /// The place of its first byte in the file.
  public let offset: Int
  /// Its length in bytes.
  public let byteCount: Int
  /// The CRC32 of the section's bytes; 0 for DATA, whose tensors have their
  /// own.
  public let checksum: UInt32

  /// The four letters that name it.
  public var tag: String { kind.letters }

  var range: Range<Int> { offset..<offset + byteCount }
}

/// The list of sections behind the header.
///
/// Spec: section 4, “Directory”.
struct SectionDirectory {
  static let entryByteCount = 32
  /// The greatest number of sections in a file.
  static let maximumCount = 64
  /// Every section, and every tensor in DATA, begins at a multiple of this.
  static let alignment = 64

  /// The fields of an entry.
  private enum Fields {
    static let tag = Field("tag", at: 0)
    static let offset = Field("offset", at: 8)
    static let length = Field("length", at: 16)
    static let checksum = Field("crc32", at: 24)
  }

  /// The sections in the file's order.
  let entries: [SectionEntry]

  init(_ entries: [SectionEntry]) { self.entries = entries }

  /// Reads the directory; the inverse of ``serialized()``.
  ///
  /// A section's offset follows from what precedes it, so there is one place
  /// for each, and neither holes nor overlaps. The sections found here cover
  /// the file to its end; the padding between them is zero.
  init(
    parsing file: UnsafeRawBufferPointer, header: Header
  ) throws(FormatError) {
    let start = Header.byteCount
    let end = Self.offset(ofEntryAt: header.sectionCount)
    guard end <= file.count else {
      throw FormatError(
        .truncated, "directory", at: start,
        found: "\(file.count - start) bytes", expected: "\(end - start)")
    }
    let computed = CRC32.of(file[start..<end])
    guard computed == header.directoryChecksum else {
      throw Header.error(
        .checksumMismatch, Header.Fields.directoryChecksum,
        found: hexadecimal(header.directoryChecksum),
        expected: hexadecimal(computed))
    }
    var entries: [SectionEntry] = []
    var fileEnd = end
    for index in 0..<header.sectionCount {
      let bytes = file[Self.offset(ofEntryAt: index)..<end]
      var parser = ByteParser(
        bytes.prefix(Self.entryByteCount), context: Self.name(ofEntryAt: index))
      let entry = try Self.parseEntry(
        &parser, after: entries.last, end: fileEnd, fileLength: file.count)
      try Self.checkPadding(file, from: fileEnd, to: entry.offset)
      fileEnd = entry.range.upperBound
      entries.append(entry)
    }
    guard fileEnd == file.count else {
      throw Header.error(
        .trailingBytes, Header.Fields.fileLength,
        found: "\(file.count - fileEnd) bytes after the last section",
        expected: "none")
    }
    self.entries = entries
  }

  private static func offset(ofEntryAt index: Int) -> Int {
    Header.byteCount + index * entryByteCount
  }

  private static func name(ofEntryAt index: Int) -> String {
    "directory[\(index)]"
  }

  private static func parseEntry(
    _ parser: inout ByteParser, after previous: SectionEntry?, end: Int,
    fileLength: Int
  ) throws(FormatError) -> SectionEntry {
    let code: UInt32 = try parser.integer(Fields.tag)
    guard let tag = SectionTag(code: code) else {
      throw parser.error(
        .unknownCode, Fields.tag, found: hexadecimal(code),
        expected: "four ASCII letters")
    }
    guard !tag.isCritical || SectionTag.known.contains(tag) else {
      throw parser.error(
        .unknownCode, Fields.tag,
        found: "the critical section \(tag.letters)",
        expected: "sections of version \(FormatVersion.current.description)")
    }
    if let previous, previous.kind.rank >= tag.rank {
      throw parser.error(
        .wrongOrder, Fields.tag,
        found: "\(tag.letters) after \(previous.tag)",
        expected: "each section once, in the order of the specification")
    }
    try parser.zeros(4, "flags")

    let offset: UInt64 = try parser.integer(Fields.offset)
    let expectedOffset = aligned(end)
    guard offset == UInt64(expectedOffset) else {
      throw parser.error(
        .wrongLayout, Fields.offset, found: offset, expected: expectedOffset)
    }
    let length: UInt64 = try parser.integer(Fields.length)
    guard let byteCount = Int(exactly: length), byteCount > 0,
      expectedOffset <= fileLength, byteCount <= fileLength - expectedOffset
    else {
      throw parser.error(
        .wrongLayout, Fields.length, found: length,
        expected: "1 to \(max(0, fileLength - expectedOffset)), what is left"
          + " of the file")
    }
    let checksum: UInt32 = try parser.integer(Fields.checksum)
    guard tag != .data || checksum == 0 else {
      throw parser.error(
        .nonzeroPadding, Fields.checksum, found: hexadecimal(checksum),
        expected: "0 for DATA")
    }
    try parser.zeros(4, "reserved")
    return SectionEntry(
      kind: tag, offset: expectedOffset, byteCount: byteCount,
      checksum: checksum)
  }

  /// The directory's bytes; the inverse of ``init(parsing:header:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    for entry in entries {
      builder.append(entry.kind.code)
      builder.append(0 as UInt32)  // flags
      builder.append(UInt64(entry.offset))
      builder.append(UInt64(entry.byteCount))
      builder.append(entry.checksum)
      builder.append(0 as UInt32)
    }
    return builder.bytes
  }

  /// The section of a tag; `nil` if there is none.
  subscript(tag: SectionTag) -> SectionEntry? {
    entries.first { $0.kind == tag }
  }

  /// The section of a tag, which has to be there.
  func required(_ tag: SectionTag) throws(FormatError) -> SectionEntry {
    guard let section = self[tag] else {
      throw FormatError(
        .missing, "directory", at: Header.byteCount,
        found: "no section \(tag.letters)", expected: "one")
    }
    return section
  }

  /// Checks all sections but DATA against their checksums.
  func verify(_ file: UnsafeRawBufferPointer) throws(FormatError) {
    for (index, section) in entries.enumerated() where section.kind != .data {
      let computed = CRC32.of(file[section.range])
      guard section.checksum == computed else {
        throw FormatError(
          .checksumMismatch, Fields.checksum, of: Self.name(ofEntryAt: index),
          at: Self.offset(ofEntryAt: index),
          found: hexadecimal(section.checksum), expected: hexadecimal(computed))
      }
    }
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
