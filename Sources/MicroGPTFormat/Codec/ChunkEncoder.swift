import MicroGPTParallel

/// Encodes chunks of tensors.
///
/// Spec: section 8.4.
///
/// It owns the memory for one chunk of any type, so that encoding many
/// allocates once.
final class ChunkEncoder {
  private let output: RawBuffer  // the entry and the parts
  private let form: RawBuffer  // the last plane's nibbles
  private let stream: RawBuffer  // a deflated plane
  private let deflater: Deflater

  /// Creates an encoder.
  ///
  /// - Parameter byteCount: The most bytes that a chunk will have.
  /// - Throws: ``OutOfMemory``.
  convenience init(byteCount: Int) throws(OutOfMemory) {
    // The longest plane is that of the narrowest elements.
    let plane = byteCount / 2
    let purpose = "encoding a tensor"
    self.init(
      try Deflater(),
      output: try RawBuffer(
        byteCount: ChunkTable.entryByteCount(width: 8) + byteCount,
        for: purpose),
      form: try RawBuffer(
        byteCount: ExponentNibbles.maximumByteCount(byteCount: plane),
        for: purpose),
      stream: try RawBuffer(byteCount: plane, for: purpose))
  }

  private init(
    _ deflater: Deflater, output: RawBuffer, form: RawBuffer, stream: RawBuffer
  ) {
    self.deflater = deflater
    self.output = output
    self.form = form
    self.stream = stream
  }

  /// Encodes a chunk; the inverse of ``ChunkDecoder/decode(_:verifying:)``.
  ///
  /// - Parameters:
  ///   - elements: The decoded bytes.
  ///   - width: The number of bytes in an element.
  /// - Returns: The chunk's entry in the table, and its parts one after the
  ///   other: valid until the next call.
  func encode(
    _ elements: UnsafeRawBufferPointer, width: Int
  ) -> (entry: UnsafeRawBufferPointer, parts: UnsafeRawBufferPointer) {
    let output = output.bytes
    let count = elements.count / width
    let entryByteCount = ChunkTable.entryByteCount(width: width)
    var entry = ChunkEntry(
      isRotated: BytePlanes.signsDiffer(elements, width: width))
    // The planes go where the parts will be, which are at most as long: most
    // are stored, and many of them just stay.
    let planes = UnsafeMutableRawBufferPointer(
      rebasing: output[entryByteCount...].prefix(elements.count))
    BytePlanes.split(
      elements, rotated: entry.isRotated, into: planes, width: width)
    var end = 0
    for index in 0..<width {
      let plane = UnsafeRawBufferPointer(
        rebasing: planes[index * count..<(index + 1) * count])
      let (kind, part) = encode(plane, isLast: index == width - 1)
      if kind != .stored || end != index * count {
        UnsafeMutableRawBufferPointer(rebasing: planes[end...])
          .copyMemory(from: part)
      }
      entry.parts.append(.init(byteCount: part.count, kind: kind))
      end += part.count
    }
    let covered = ChunkEntry.Fields.rotation.offset
    UnsafeMutableRawBufferPointer(rebasing: output[covered..<entryByteCount])
      .copyBytes(from: entry.serialized())
    let checksum = CRC32.of(
      UnsafeRawBufferPointer(rebasing: output[covered..<entryByteCount + end]))
    output.storeBytes(of: checksum.littleEndian, as: UInt32.self)
    return (
      UnsafeRawBufferPointer(rebasing: output[..<entryByteCount]),
      UnsafeRawBufferPointer(rebasing: planes[..<end])
    )
  }

  /// What a plane is stored as.
  private func encode(
    _ plane: UnsafeRawBufferPointer, isLast: Bool
  ) -> (PartKind, UnsafeRawBufferPointer) {
    let counts = ByteCounts(plane)
    if isLast,
      let length = ExponentNibbles.encode(
        plane, counts: counts.counts, into: form.bytes),
      let stream = deflate(
        UnsafeRawBufferPointer(rebasing: form.bytes.prefix(length)), of: plane)
    {
      return (.deflatedNibbles, stream)
    }
    if !counts.isIncompressible, let stream = deflate(plane, of: plane) {
      return (.deflated, stream)
    }
    return (.stored, plane)
  }

  /// The stream of some form of a plane, if it saves at least 1/64 of the
  /// plane: else it is not worth its decoding.
  private func deflate(
    _ input: UnsafeRawBufferPointer, of plane: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    let room = UnsafeMutableRawBufferPointer(
      rebasing: stream.bytes.prefix(plane.count - (plane.count + 63) / 64))
    return deflater.deflate(input, into: room).map {
      UnsafeRawBufferPointer(rebasing: room.prefix($0))
    }
  }
}
