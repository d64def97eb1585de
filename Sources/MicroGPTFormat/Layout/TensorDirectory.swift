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
struct TensorDirectory {
  static let name = "TDIR"
  static let recordByteCount = 112
  static let maximumNameLength = 48
  static let maximumRank = 4

  /// The fields of a record.
  enum Fields {
    static let name = Field("name", at: 0)
    static let role = Field("role", at: 48)
    static let elementType = Field("dtype", at: 49)
    static let codec = Field("codec", at: 50)
    static let rank = Field("rank", at: 51)
    static let checksum = Field("crc32", at: 52)
    static let dimensions = Field("dims", at: 56)
    static let offset = Field("offset", at: 88)
    static let storedByteCount = Field("stored_length", at: 96)
    static let byteCount = Field("decoded_length", at: 104)

    static func dimension(_ axis: Int) -> Field {
      Field("dims[\(axis)]", at: dimensions.offset + 8 * axis)
    }
  }

  /// The tensors in the file's order.
  let records: [TensorRecord]

  init(_ records: [TensorRecord]) { self.records = records }

  /// Reads the records; the inverse of ``serialized()``.
  ///
  /// - Parameters:
  ///   - bytes: The section.
  ///   - data: The section DATA, which the records must cover.
  /// - Throws: ``FormatError`` for a record that is malformed by itself or
  ///   does not begin where the one before it ends. Whether they are the
  ///   configuration's is for ``Manifest/validateModel(in:)`` to say.
  init(
    parsing bytes: Slice<UnsafeRawBufferPointer>, data: SectionEntry
  ) throws(FormatError) {
    let recordByteCount = Self.recordByteCount
    guard bytes.count.isMultiple(of: recordByteCount) else {
      throw FormatError(
        .wrongLayout, Self.name, at: bytes.startIndex,
        found: "\(bytes.count) bytes",
        expected: "a multiple of \(recordByteCount)")
    }
    var records: [TensorRecord] = []
    var end = data.offset
    for index in 0..<bytes.count / recordByteCount {
      let start = bytes.startIndex + index * recordByteCount
      var parser = ByteParser(
        bytes[start..<start + recordByteCount],
        context: Self.name(ofRecordAt: index))
      let descriptor = try Self.parseDescriptor(&parser)
      let record = try Self.parsePlace(
        &parser, of: descriptor, after: end, in: data)
      end = record.range.upperBound
      records.append(record)
    }
    guard end == data.range.upperBound else {
      throw FormatError(
        .trailingBytes, "DATA", at: data.offset,
        found: "\(data.range.upperBound - end) bytes after the last tensor",
        expected: "none")
    }
    self.records = records
  }

  private static func name(ofRecordAt index: Int) -> String {
    "\(name)[\(index)]"
  }

  /// Makes an error about a field of a record.
  ///
  /// - Parameters:
  ///   - reason: The kind of defect.
  ///   - field: The field.
  ///   - index: The tensor's index.
  ///   - sections: The sections of the file; `nil` if there is no file.
  ///   - found: What the field holds.
  ///   - expected: What it should hold.
  /// - Returns: The error, without an offset if there is no file.
  static func error(
    _ reason: FormatError.Reason, _ field: Field, ofTensorAt index: Int,
    in sections: SectionDirectory?, found: String, expected: String
  ) -> FormatError {
    FormatError(
      reason, field, of: name(ofRecordAt: index),
      at: sections?[.tensorDirectory].map {
        $0.offset + index * recordByteCount
      }, found: found, expected: expected)
  }

  private struct Descriptor {
    var descriptor: TensorDescriptor
    var checksum: UInt32
  }

  private static func parseDescriptor(
    _ parser: inout ByteParser
  ) throws(FormatError) -> Descriptor {
    let name = try parseName(&parser)
    let role = try parseCode(Fields.role, TensorRole.self, &parser)
    let elementType = try parseCode(
      Fields.elementType, ElementType.self, &parser)
    let codec = try parseCode(Fields.codec, Codec.self, &parser)
    let rank: UInt8 = try parser.integer(Fields.rank)
    guard (1...maximumRank).contains(Int(rank)) else {
      throw parser.error(
        .outOfRange, Fields.rank, found: rank, expected: "1 to \(maximumRank)")
    }
    let checksum: UInt32 = try parser.integer(Fields.checksum)
    var shape: [Int] = []
    var byteCount = elementType.byteCount
    for axis in 0..<maximumRank {
      let field = Fields.dimension(axis)
      let dimension: UInt64 = try parser.integer(field)
      guard axis < Int(rank) else {
        guard dimension == 0 else {
          throw parser.error(
            .nonzeroPadding, field, found: dimension,
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
          .outOfRange, field, found: dimension,
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
    let offset: UInt64 = try parser.integer(Fields.offset)
    let stored: UInt64 = try parser.integer(Fields.storedByteCount)
    let decoded: UInt64 = try parser.integer(Fields.byteCount)
    guard decoded == UInt64(descriptor.byteCount) else {
      throw parser.error(
        .wrongLayout, Fields.byteCount, found: decoded,
        expected: "\(descriptor.byteCount), what dtype and dims give")
    }
    let expectedOffset = SectionDirectory.aligned(end)
    guard offset == UInt64(expectedOffset) else {
      throw parser.error(
        .wrongLayout, Fields.offset, found: offset, expected: expectedOffset)
    }
    let left = max(0, data.range.upperBound - expectedOffset)
    guard let storedByteCount = Int(exactly: stored), storedByteCount <= left
    else {
      throw parser.error(
        .wrongLayout, Fields.storedByteCount, found: stored,
        expected: "at most \(left), what is left of DATA")
    }
    switch descriptor.codec {
    case .raw:
      guard storedByteCount == descriptor.byteCount else {
        throw parser.error(
          .wrongLayout, Fields.storedByteCount, found: stored,
          expected: "\(descriptor.byteCount), the decoded length")
      }
    case .zlib:
      let table = ChunkTable.byteCount(of: descriptor)
      guard storedByteCount > table,
        descriptor.byteCount / ChunkTable.maximumExpansion <= storedByteCount
      else {
        throw parser.error(
          .wrongLayout, Fields.storedByteCount, found: stored,
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
    let field = try parser.take(maximumNameLength, Fields.name.name)
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
    _ field: Field, _ type: Code.Type, _ parser: inout ByteParser
  ) throws(FormatError) -> Code where Code.RawValue == UInt8 {
    let byte: UInt8 = try parser.integer(field)
    guard let code = Code(rawValue: byte) else {
      throw parser.error(
        .unknownCode, field, found: byte,
        expected: "a code of version \(FormatVersion.current.description)")
    }
    return code
  }

  /// The section's bytes; the inverse of ``init(parsing:data:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    for record in records {
      let tensor = record.descriptor
      builder.append(tensor.name.utf8)
      builder.appendZeros(Self.maximumNameLength - tensor.name.utf8.count)
      builder.append(tensor.role.rawValue)
      builder.append(tensor.elementType.rawValue)
      builder.append(tensor.codec.rawValue)
      builder.append(UInt8(tensor.shape.count))
      builder.append(record.checksum)
      for axis in 0..<Self.maximumRank {
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
