/// Reads a tensor chunk by chunk, in memory for a few chunks.
///
/// Spec: section 8. The checksums are checked on the way: those of a chunk
/// before it is decoded, that of the tensor with its last chunk. Chunks of a
/// large compressed tensor are decoded ahead, on several threads.
public struct TensorReader {
  private let checkpoint: Checkpoint
  private let record: TensorRecord
  private let index: Int
  private let verifying: Bool
  private var checksum = CRC32()
  private var decodedByteCount = 0
  private let decoder: ReadAhead?  // of a compressed tensor

  /// The tensor.
  public var tensor: TensorDescriptor { record.descriptor }

  /// Starts to read a tensor.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint, which this reader keeps alive.
  ///   - index: The tensor's index in ``Checkpoint/tensors``.
  ///   - verifying: Whether checksums are checked; without, a damaged file may
  ///     give wrong elements, so it is for files that are trusted, as those that
  ///     were verified before.
  ///   - threadCount: The number of threads that decode, 1 or more; all processors
  ///     unless given, but one for a tensor of up to 4 MiB.
  /// - Throws: ``CheckpointError/outOfMemory(_:)``.
  public init(
    _ checkpoint: Checkpoint, tensorAt index: Int, verifying: Bool = true,
    threadCount: Int? = nil
  ) throws(CheckpointError) {
    self.checkpoint = checkpoint
    self.index = index
    self.verifying = verifying
    record = checkpoint.tensors[index]
    let stored = checkpoint.storedBytes(of: record)
    switch record.descriptor.codec {
    case .raw: decoder = nil
    case .zlib:
      do {
        decoder = try ReadAhead(
          record.descriptor,
          StoredChunks(of: record.descriptor, at: index, in: stored),
          verifying: verifying, threadCount: threadCount)
      } catch {
        throw .outOfMemory(error)
      }
    }
  }

  /// The next bytes of the tensor: whole elements, at most 256 KiB.
  ///
  /// - Returns: Bytes that are valid until the next call; `nil` at the end.
  /// - Throws: ``CheckpointError/format(_:)`` if a checksum differs or a stream
  ///   is malformed.
  public mutating func next() throws(CheckpointError)
    -> UnsafeRawBufferPointer?
  {
    let left = record.descriptor.byteCount - decodedByteCount
    guard left > 0 else { return nil }
    let byteCount = min(left, ChunkTable.chunkByteCount)
    do {
      let chunk: UnsafeRawBufferPointer
      if let decoder {
        let decoded = try decoder.next()
        chunk = decoded.elements
        checksum.append(decoded.checksum, byteCount: byteCount)
      } else {
        chunk = UnsafeRawBufferPointer(
          rebasing: checkpoint.storedBytes(of: record)
            .dropFirst(decodedByteCount).prefix(byteCount))
        if verifying { checksum.update(chunk) }
      }
      decodedByteCount += byteCount
      if byteCount == left {
        if verifying { try checkpoint.check(checksum, ofTensorAt: index) }
      }
      return chunk
    } catch {
      throw .format(error)
    }
  }
}
