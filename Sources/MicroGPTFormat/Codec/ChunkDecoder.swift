import MicroGPTParallel

/// Decodes chunks of a tensor.
///
/// Spec: section 8.2.
///
/// It owns the memory for one chunk, so that decoding a tensor of any size
/// allocates once.
final class ChunkDecoder {
  private let planes: RawBuffer  // (width, n) bytes
  private let form: RawBuffer  // the last plane's nibbles
  private let elements: RawBuffer
  private let inflater: Inflater

  /// Creates a decoder for the chunks of a tensor.
  ///
  /// - Parameter tensor: The tensor.
  /// - Throws: ``OutOfMemory``.
  convenience init(for tensor: TensorDescriptor) throws(OutOfMemory) {
    let byteCount = min(tensor.byteCount, ChunkTable.chunkByteCount)
    let plane = byteCount / tensor.elementType.byteCount
    let purpose = "decoding a tensor"
    self.init(
      try Inflater(),
      planes: try RawBuffer(byteCount: byteCount, for: purpose),
      form: try RawBuffer(
        byteCount: ExponentNibbles.maximumByteCount(byteCount: plane),
        for: purpose),
      elements: try RawBuffer(byteCount: byteCount, for: purpose))
  }

  private init(
    _ inflater: Inflater, planes: RawBuffer, form: RawBuffer,
    elements: RawBuffer
  ) {
    self.inflater = inflater
    self.planes = planes
    self.form = form
    self.elements = elements
  }

  /// Decodes a chunk; the inverse of ``ChunkEncoder/encode(_:width:)``.
  ///
  /// - Parameters:
  ///   - chunk: The chunk, as the file holds it.
  ///   - verifying: Whether its checksum is checked before anything is inflated.
  /// - Returns: Its elements, valid until the next call.
  /// - Throws: ``FormatError`` if the checksum differs or a part does not
  ///   decode to exactly its plane.
  func decode(
    _ chunk: StoredChunk, verifying: Bool
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    if verifying { try chunk.verify() }
    let elements = UnsafeMutableRawBufferPointer(
      rebasing: elements.bytes.prefix(chunk.decodedByteCount))
    let count = elements.count / chunk.entry.parts.count
    var joined: [UnsafeRawBufferPointer] = []
    var rest = chunk.parts
    for (index, part) in chunk.entry.parts.enumerated() {
      let plane = UnsafeMutableRawBufferPointer(
        rebasing: planes.bytes[index * count..<(index + 1) * count])
      let bytes = UnsafeRawBufferPointer(rebasing: rest.prefix(part.byteCount))
      if let expected = decode(bytes, part.kind, into: plane) {
        throw FormatError(
          .malformedStream, "\(chunk.name).parts[\(index)]",
          at: rest.startIndex,
          found: "\(part.byteCount) bytes that do not decode",
          expected: expected)
      }
      // A stored plane serves where it lies.
      joined.append(
        part.kind == .stored ? bytes : UnsafeRawBufferPointer(plane))
      rest = rest.dropFirst(part.byteCount)
    }
    BytePlanes.join(joined, rotated: chunk.entry.isRotated, into: elements)
    return UnsafeRawBufferPointer(elements)
  }

  /// Fills one plane if it is not stored as it is: what was expected and not
  /// found, or `nil` on success.
  private func decode(
    _ bytes: UnsafeRawBufferPointer, _ kind: PartKind,
    into plane: UnsafeMutableRawBufferPointer
  ) -> String? {
    switch kind {
    case .stored:
      return bytes.count == plane.count
        ? nil : "a stored plane of \(plane.count)"
    case .deflated:
      return inflater.inflate(bytes, into: plane) == plane.count
        ? nil : "one zlib stream of exactly \(plane.count)"
    case .deflatedNibbles:
      let maximum = ExponentNibbles.maximumByteCount(byteCount: plane.count)
      let room = UnsafeMutableRawBufferPointer(
        rebasing: form.bytes.prefix(maximum))
      guard let length = inflater.inflate(bytes, into: room) else {
        return "one zlib stream of at most \(maximum)"
      }
      return ExponentNibbles.decode(
        UnsafeRawBufferPointer(rebasing: room.prefix(length)), into: plane)
    }
  }
}
