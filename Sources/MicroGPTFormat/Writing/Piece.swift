import MicroGPTParallel

/// Elements of a tensor on their way into a file: at most a chunk.
final class Piece {
  /// What the file gets.
  enum Stored {
    /// The elements as they are.
    case raw
    /// The chunk's entry in the table, and its parts.
    case compressed(UnsafeRawBufferPointer, UnsafeRawBufferPointer)
  }

  private let buffer: RawBuffer
  private var encoder: ChunkEncoder?  // once there is something to compress
  private var byteCount = 0
  /// The tensor whose they are.
  private var tensor: TensorDescriptor?

  /// The checksum of the elements, once they are encoded.
  private(set) var checksum = CRC32()
  /// How they are stored, once they are encoded.
  private(set) var stored: Result<Stored, OutOfMemory> = .success(.raw)

  /// The elements so far.
  var elements: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: room.prefix(byteCount))
  }

  /// Makes room.
  ///
  /// - Parameter maximumByteCount: The most that a piece will have.
  /// - Throws: ``OutOfMemory``.
  convenience init(maximumByteCount: Int) throws(OutOfMemory) {
    self.init(
      try RawBuffer(byteCount: maximumByteCount, for: "encoding a tensor"))
  }

  private init(_ buffer: RawBuffer) { self.buffer = buffer }

  private var room: UnsafeMutableRawBufferPointer { buffer.bytes }

  /// Begins with elements of a tensor, or goes on with more of them.
  func append(
    _ bytes: Slice<UnsafeRawBufferPointer>, of tensor: TensorDescriptor
  ) {
    self.tensor = tensor
    UnsafeMutableRawBufferPointer(rebasing: room[byteCount...])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
    byteCount += bytes.count
  }

  /// Makes it empty.
  func clear() { byteCount = 0 }

  /// Computes the checksum, and encodes the elements of a compressed tensor.
  func encode() {
    checksum = CRC32()
    checksum.update(elements)
    stored = Result { () throws(OutOfMemory) in try encoded() }
  }

  private func encoded() throws(OutOfMemory) -> Stored {
    guard let tensor, tensor.codec == .zlib else { return .raw }
    if encoder == nil { encoder = try ChunkEncoder(byteCount: room.count) }
    guard
      let (entry, parts) = encoder?.encode(
        elements, width: tensor.elementType.byteCount)
    else { return .raw }
    // A tensor of one chunk stays raw where its table would make it longer.
    return tensor.byteCount == byteCount
      && entry.count + parts.count >= byteCount
      ? .raw : .compressed(entry, parts)
  }
}
