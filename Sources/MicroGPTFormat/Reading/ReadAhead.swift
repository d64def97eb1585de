import MicroGPTParallel

/// Decodes the chunks of a tensor, a batch at a time on several threads, and
/// hands them out in order.
final class ReadAhead {
  /// A chunk on its way.
  private final class Slot {
    let decoder: ChunkDecoder
    let room: RawBuffer
    var chunk: StoredChunk?
    var error: FormatError?  // what is wrong with it
    var checksum = CRC32()

    convenience init(_ tensor: TensorDescriptor) throws(OutOfMemory) {
      self.init(
        try ChunkDecoder(for: tensor),
        try RawBuffer(
          byteCount: min(tensor.byteCount, ChunkTable.chunkByteCount),
          for: "decoding a tensor"))
    }

    private init(_ decoder: ChunkDecoder, _ room: RawBuffer) {
      self.decoder = decoder
      self.room = room
    }

    func decode(verifying: Bool) {
      guard let chunk else { return }
      let elements = UnsafeMutableRawBufferPointer(
        rebasing: room.bytes.prefix(chunk.decodedByteCount))
      do {
        try decoder.decode(chunk, into: elements, verifying: verifying)
      } catch {
        self.error = error
      }
      checksum = CRC32()
      if verifying { checksum.update(UnsafeRawBufferPointer(elements)) }
    }
  }

  private let pool: WorkerPool
  private let slots: [Slot]
  private let verifying: Bool
  private var chunks: StoredChunks
  private var waiting: ArraySlice<Slot> = []  // to be handed out

  /// Prepares to decode a tensor.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - chunks: Its chunks.
  ///   - verifying: Whether checksums are checked and computed.
  ///   - threadCount: The number of threads; see ``Workers``.
  /// - Throws: ``OutOfMemory``.
  convenience init(
    _ tensor: TensorDescriptor, _ chunks: StoredChunks, verifying: Bool,
    threadCount: Int?
  ) throws(OutOfMemory) {
    let pool = Workers.pool(
      threadCount: threadCount, byteCount: tensor.byteCount)
    var slots: [Slot] = []
    let count = min(
      ChunkTable.chunkCount(of: tensor),
      Workers.batchCount(threadCount: pool.threadCount))
    while slots.count < count {
      do {
        slots.append(try Slot(tensor))
      } catch {
        // Fewer take longer, and will do.
        guard !slots.isEmpty else { throw error }
        break
      }
    }
    self.init(pool, slots, chunks, verifying: verifying)
  }

  private init(
    _ pool: WorkerPool, _ slots: [Slot], _ chunks: StoredChunks,
    verifying: Bool
  ) {
    self.pool = pool
    self.slots = slots
    self.chunks = chunks
    self.verifying = verifying
  }

  /// The next chunk.
  ///
  /// - Returns: Its elements, valid until the next call, and their checksum
  ///   where checksums are wanted.
  /// - Throws: ``FormatError`` if it breaks a rule.
  func next() throws(FormatError) -> (
    elements: UnsafeRawBufferPointer, checksum: CRC32
  ) {
    if waiting.isEmpty { decodeBatch() }
    let slot = waiting.first
    // One that is damaged stays first, so asking again gives the same error.
    if let error = slot?.error { throw error }
    guard let slot, let chunk = slot.chunk
    else { preconditionFailure("more chunks than the tensor's") }
    waiting.removeFirst()
    return (
      UnsafeRawBufferPointer(
        rebasing: slot.room.bytes.prefix(chunk.decodedByteCount)),
      slot.checksum
    )
  }

  /// Checks that nothing follows the last chunk.
  ///
  /// - Throws: ``FormatError`` if something does.
  func checkEnd() throws(FormatError) { try chunks.checkEnd() }

  private func decodeBatch() {
    for slot in slots {
      do {
        (slot.chunk, slot.error) = (try chunks.next(), nil)
      } catch {
        (slot.chunk, slot.error) = (nil, error)
      }
    }
    waiting = slots[...]
    // Each task has a slot to itself.
    nonisolated(unsafe) let slots = slots
    pool.perform(count: slots.count) { [verifying] index in
      slots[index].decode(verifying: verifying)
    }
  }
}
