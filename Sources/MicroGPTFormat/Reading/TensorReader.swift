/// Reads a tensor chunk by chunk, in memory for one chunk.
///
/// Spec: section 8. The checksums are checked on the way: those of a chunk
/// before it is decoded, that of the tensor with its last chunk.
public struct TensorReader {
  private let checkpoint: Checkpoint
  private let record: TensorRecord
  private let index: Int
  private var checksum = CRC32()
  private var chunkIndex = 0
  private var decodedByteCount = 0
  private var rest: Slice<UnsafeRawBufferPointer>
  private var decoder: Decoder?

  /// What a compressed tensor needs beside.
  private final class Decoder {
    let coder: ChunkCoder
    let inflater: Inflater
    let chunk: UnsafeMutableRawBufferPointer

    init(for tensor: TensorDescriptor) throws(SystemError) {
      coder = ChunkCoder(for: tensor)
      chunk = .allocate(
        byteCount: min(tensor.byteCount, ChunkTable.chunkByteCount),
        alignment: 64)
      inflater = try Inflater()
    }

    deinit { chunk.deallocate() }
  }

  /// Starts to read a tensor.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint, which this reader keeps alive.
  ///   - index: The tensor's place in ``Checkpoint/tensors``.
  /// - Throws: ``CheckpointError/system(_:)`` if memory is lacking.
  public init(
    _ checkpoint: Checkpoint, tensorAt index: Int
  ) throws(CheckpointError) {
    self.checkpoint = checkpoint
    record = checkpoint.tensors[index]
    rest = checkpoint.storedBytes(of: record)
    self.index = index
    if record.descriptor.codec == .zlib {
      do {
        decoder = try Decoder(for: record.descriptor)
      } catch {
        throw .system(error)
      }
      rest = rest.dropFirst(ChunkTable.byteCount(of: record.descriptor))
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
      let chunk = try decodeChunk(byteCount: byteCount)
      checksum.update(chunk)
      chunkIndex += 1
      decodedByteCount += byteCount
      if byteCount == left { try checkEnd() }
      return chunk
    } catch {
      throw .format(error)
    }
  }

  private mutating func decodeChunk(
    byteCount: Int
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    guard let decoder else {
      defer { rest = rest.dropFirst(byteCount) }
      return UnsafeRawBufferPointer(rebasing: rest.prefix(byteCount))
    }
    let width = record.descriptor.elementType.byteCount
    let entryByteCount = ChunkTable.entryByteCount(width: width)
    let entry = checkpoint.storedBytes(of: record)
      .dropFirst(chunkIndex * entryByteCount).prefix(entryByteCount)
    let chunk = UnsafeMutableRawBufferPointer(
      rebasing: decoder.chunk.prefix(byteCount))
    rest = try decoder.coder.decode(
      entry, parts: rest, into: chunk,
      context: "DATA[\(index)].chunk[\(chunkIndex)]", with: decoder.inflater)
    return UnsafeRawBufferPointer(chunk)
  }

  private func checkEnd() throws(FormatError) {
    guard rest.isEmpty else {
      throw FormatError(
        .trailingBytes, "DATA[\(index)]", at: record.offset,
        found: "\(rest.count) bytes after the last chunk", expected: "none")
    }
    guard checksum.value == record.checksum else {
      throw FormatError(
        .checksumMismatch, "TDIR[\(index)].crc32",
        at: checkpoint.directoryOffset(ofTensorAt: index) + 52,
        found: hexadecimal(record.checksum),
        expected: "\(hexadecimal(checksum.value)), the checksum of"
          + " \(record.descriptor.name)")
    }
  }
}
