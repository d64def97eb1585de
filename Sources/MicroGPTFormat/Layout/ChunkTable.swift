/// How a plane of a chunk is stored.
///
/// Spec: section 8.2.
enum PartKind: UInt8 {
  /// As it is.
  case stored = 0
  /// As one zlib stream.
  case deflated = 1
  /// As one zlib stream of its nibble form; the last plane only.
  case deflatedNibbles = 2
}

/// A chunk as the table in front of a compressed tensor states it.
struct ChunkEntry {
  struct Part {
    var byteCount: Int
    var kind: PartKind
  }

  enum Fields {
    static let checksum = Field("crc32", at: 0)
    static let rotation = Field("rotation", at: 4)

    static func part(_ plane: Int) -> Field {
      Field("parts[\(plane)]", at: 8 + 4 * plane)
    }

    /// The byte of a part that says how its plane is stored.
    static func kind(ofPart plane: Int) -> Field {
      Field("parts[\(plane)].kind", at: part(plane).offset + 3)
    }
  }

  var isRotated: Bool
  var parts: [Part]  // one a plane

  /// The entry's bytes after its checksum; the inverse of ``init(parsing:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    builder.append(isRotated ? 1 : 0 as UInt8)
    builder.appendZeros(3)
    for part in parts {
      builder.append(
        UInt32(part.byteCount) | UInt32(part.kind.rawValue) << 24)
    }
    return builder.bytes
  }

  /// Reads what follows the checksum; the inverse of ``serialized()``.
  init(parsing parser: inout ByteParser) throws(FormatError) {
    let rotation: UInt8 = try parser.integer(Fields.rotation)
    guard rotation <= 1 else {
      throw parser.error(
        .unknownCode, Fields.rotation, found: rotation, expected: "0 or 1")
    }
    isRotated = rotation == 1
    parts = []
    try parser.zeros(3, "reserved")
    parts.reserveCapacity(parser.remaining.count / 4)
    while !parser.remaining.isEmpty {
      let plane = parts.count
      let word: UInt32 = try parser.integer(Fields.part(plane))
      let isLast = parser.remaining.isEmpty
      guard let kind = PartKind(rawValue: UInt8(word >> 24)),
        kind != .deflatedNibbles || isLast
      else {
        throw parser.error(
          .unknownCode, Fields.kind(ofPart: plane),
          found: word >> 24, expected: isLast ? "0 to 2" : "0 or 1")
      }
      parts.append(Part(byteCount: Self.byteCount(ofPart: word), kind: kind))
    }
  }

  private static func byteCount(ofPart word: UInt32) -> Int {
    Int(word & 0xff_ffff)
  }

  /// The bytes that the parts take together, by an entry that is not checked.
  ///
  /// - Parameter entry: The entry's bytes.
  /// - Returns: The sum of the parts' lengths.
  static func byteCountOfParts(
    in entry: Slice<UnsafeRawBufferPointer>
  ) -> Int {
    stride(from: Fields.part(0).offset, to: entry.count, by: 4).reduce(0) {
      $0
        + byteCount(
          ofPart: UInt32(
            littleEndian: entry.base.loadUnaligned(
              fromByteOffset: entry.startIndex + $1, as: UInt32.self)))
    }
  }

  init(isRotated: Bool) {
    self.isRotated = isRotated
    parts = []
  }
}

/// The table in front of a compressed tensor's chunks.
///
/// Spec: section 8.2.
enum ChunkTable {
  /// The decoded bytes of a chunk; the last one may have fewer.
  static let chunkByteCount = 256 * 1024

  /// The most that a chunk can grow on decoding: deflate reaches 1,032 to 1,
  /// the nibble form twice that.
  static let maximumExpansion = 2_064

  /// The bytes of an entry for elements of so many bytes.
  static func entryByteCount(width: Int) -> Int { 8 + 4 * width }

  /// The number of chunks of a tensor.
  static func chunkCount(of tensor: TensorDescriptor) -> Int {
    (tensor.byteCount - 1) / chunkByteCount + 1
  }

  /// The bytes of a tensor's table.
  static func byteCount(of tensor: TensorDescriptor) -> Int {
    chunkCount(of: tensor) * entryByteCount(width: tensor.elementType.byteCount)
  }
}
