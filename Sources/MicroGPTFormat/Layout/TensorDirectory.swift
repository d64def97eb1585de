import MicroGPTText

/// A tensor as the directory states it: what it is, and where its bytes lie.
public struct TensorRecord: Hashable, Sendable {
  /// What it is.
  public let descriptor: TensorDescriptor
  /// The CRC32 of the decoded bytes.
  public let checksum: UInt32
  /// The place of its first byte in the file.
  public let offset: Int
  /// The number of bytes that it takes in the file.
  public let storedByteCount: Int

  var range: Range<Int> { offset..<offset + storedByteCount }
}

/// The section TDIR: a record of fixed size for each tensor.
///
/// Spec: section 7.
enum TensorDirectory {
  static let recordByteCount = 112
  static let maximumNameLength = 48
  static let maximumRank = 4

  /// Reads the records; the inverse of ``serialized(_:)``.
  ///
  /// - Parameters:
  ///   - bytes: The section.
  ///   - data: The section DATA, which the records must cover.
  /// - Throws: ``FormatError`` for a record that is malformed by itself or
  ///   does not begin where the one before it ends.
  /// - Returns: The records in the file's order; whether they are the
  ///   configuration's is for ``Manifest`` to say.
  static func parse(
    _ bytes: Slice<UnsafeRawBufferPointer>, data: SectionEntry
  ) throws(FormatError) -> [TensorRecord] {
    guard bytes.count.isMultiple(of: recordByteCount) else {
      throw ByteParser(bytes, context: "TDIR").error(
        .wrongLayout, "", found: "\(bytes.count) bytes",
        expected: "a multiple of \(recordByteCount)")
    }
    var records: [TensorRecord] = []
    var end = data.offset
    for index in 0..<bytes.count / recordByteCount {
      let start = bytes.startIndex + index * recordByteCount
      var parser = ByteParser(
        bytes[start..<start + recordByteCount], context: "TDIR[\(index)]")
      let descriptor = try parseDescriptor(&parser)
      let record = try parsePlace(&parser, of: descriptor, after: end, in: data)
      end = record.range.upperBound
      records.append(record)
    }
    guard end == data.range.upperBound else {
      throw FormatError(
        .trailingBytes, "DATA", at: data.offset,
        found: "\(data.range.upperBound - end) bytes after the last tensor",
        expected: "none")
    }
    return records
  }

  private struct Descriptor {
    var descriptor: TensorDescriptor
    var checksum: UInt32
  }

  private static func parseDescriptor(
    _ parser: inout ByteParser
  ) throws(FormatError) -> Descriptor {
    let name = try parseName(&parser)
    let role = try parseCode("role", TensorRole.self, &parser)
    let elementType = try parseCode("dtype", ElementType.self, &parser)
    let codec = try parseCode("codec", Codec.self, &parser)
    let rankOffset = parser.byteOffset
    let rank: UInt8 = try parser.integer("rank")
    guard (1...maximumRank).contains(Int(rank)) else {
      throw parser.error(
        .outOfRange, "rank", at: rankOffset, found: rank,
        expected: "1 to \(maximumRank)")
    }
    let checksum: UInt32 = try parser.integer("crc32")
    var shape: [Int] = []
    var byteCount = elementType.byteCount
    for axis in 0..<maximumRank {
      let offset = parser.byteOffset
      let dimension: UInt64 = try parser.integer("dims[\(axis)]")
      guard axis < Int(rank) else {
        guard dimension == 0 else {
          throw parser.error(
            .nonzeroPadding, "dims[\(axis)]", at: offset, found: dimension,
            expected: "0, as rank is \(rank)")
        }
        continue
      }
      // The product is bounded here, so it can be formed anywhere later.
      guard let size = Int(exactly: dimension), size > 0,
        case let (product, overflow) = byteCount.multipliedReportingOverflow(
          by: size), !overflow
      else {
        throw parser.error(
          .outOfRange, "dims[\(axis)]", at: offset, found: dimension,
          expected: "at least 1, and fewer than 2^63 bytes in all")
      }
      byteCount = product
      shape.append(size)
    }
    return Descriptor(
      descriptor: TensorDescriptor(
        name: name, role: role, elementType: elementType, shape: shape,
        codec: codec),
      checksum: checksum)
  }

  private static func parsePlace(
    _ parser: inout ByteParser, of tensor: Descriptor, after end: Int,
    in data: SectionEntry
  ) throws(FormatError) -> TensorRecord {
    let descriptor = tensor.descriptor
    let start = parser.byteOffset
    let offset: UInt64 = try parser.integer("offset")
    let stored: UInt64 = try parser.integer("stored_length")
    let decoded: UInt64 = try parser.integer("decoded_length")
    guard decoded == UInt64(descriptor.byteCount) else {
      throw parser.error(
        .wrongLayout, "decoded_length", at: start + 16, found: decoded,
        expected: "\(descriptor.byteCount), what dtype and dims give")
    }
    let expectedOffset = SectionDirectory.aligned(end)
    guard offset == UInt64(expectedOffset) else {
      throw parser.error(
        .wrongLayout, "offset", at: start, found: offset,
        expected: expectedOffset)
    }
    let left = max(0, data.range.upperBound - expectedOffset)
    guard let storedByteCount = Int(exactly: stored), storedByteCount <= left
    else {
      throw parser.error(
        .wrongLayout, "stored_length", at: start + 8, found: stored,
        expected: "at most \(left), what is left of DATA")
    }
    switch descriptor.codec {
    case .raw:
      guard storedByteCount == descriptor.byteCount else {
        throw parser.error(
          .wrongLayout, "stored_length", at: start + 8, found: stored,
          expected: "\(descriptor.byteCount), the decoded length")
      }
    case .zlib:
      let table = ChunkTable.byteCount(of: descriptor)
      guard storedByteCount > table,
        descriptor.byteCount / ChunkTable.maximumExpansion <= storedByteCount
      else {
        throw parser.error(
          .wrongLayout, "stored_length", at: start + 8, found: stored,
          expected: "more than \(table), the chunk table, and at least 1/"
            + "\(ChunkTable.maximumExpansion) of the decoded length")
      }
    }
    return TensorRecord(
      descriptor: descriptor, checksum: tensor.checksum,
      offset: expectedOffset, storedByteCount: storedByteCount)
  }

  private static func parseName(
    _ parser: inout ByteParser
  ) throws(FormatError) -> String {
    let field = try parser.take(maximumNameLength, "name")
    let bytes = field.prefix { $0 != 0 }
    if let fault = firstFault(inName: bytes) {
      throw parser.error(
        .malformedText, "name", at: fault,
        found: quoted(String(decoding: bytes, as: UTF8.self)),
        expected: "1 to \(maximumNameLength) bytes of well-formed UTF-8"
          + " without control characters")
    }
    let padding = field[bytes.endIndex...]
    if let nonzero = padding.firstIndex(where: { $0 != 0 }) {
      throw parser.error(
        .nonzeroPadding, "name", at: nonzero, found: field[nonzero],
        expected: "zeros after the name")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Where a name that is not empty goes wrong, or the place of one that is.
  private static func firstFault(
    inName bytes: Slice<UnsafeRawBufferPointer>
  ) -> Int? {
    do {
      var place = bytes.startIndex
      for scalar in try UTF8Text.scalars(of: bytes) {
        if scalar.isControl { return place }
        place += UTF8.width(scalar)
      }
      return bytes.isEmpty ? place : nil
    } catch {
      return error.index
    }
  }

  private static func parseCode<Code: RawRepresentable>(
    _ field: String, _ type: Code.Type, _ parser: inout ByteParser
  ) throws(FormatError) -> Code where Code.RawValue == UInt8 {
    let offset = parser.byteOffset
    let byte: UInt8 = try parser.integer(field)
    guard let code = Code(rawValue: byte) else {
      throw parser.error(
        .unknownCode, field, at: offset, found: byte,
        expected: "a code of version \(Header.major).\(Header.minor)")
    }
    return code
  }

  /// The section's bytes; the inverse of ``parse(_:data:)``.
  static func serialized(_ records: [TensorRecord]) -> [UInt8] {
    var builder = ByteBuilder()
    for record in records {
      let tensor = record.descriptor
      builder.append(tensor.name.utf8)
      builder.appendZeros(maximumNameLength - tensor.name.utf8.count)
      builder.append(tensor.role.rawValue)
      builder.append(tensor.elementType.rawValue)
      builder.append(tensor.codec.rawValue)
      builder.append(UInt8(tensor.shape.count))
      builder.append(record.checksum)
      for axis in 0..<maximumRank {
        builder.append(
          axis < tensor.shape.count ? UInt64(tensor.shape[axis]) : 0)
      }
      builder.append(UInt64(record.offset))
      builder.append(UInt64(record.storedByteCount))
      builder.append(UInt64(tensor.byteCount))
    }
    return builder.bytes
  }
}
