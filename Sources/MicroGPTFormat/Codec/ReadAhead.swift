import MicroGPTParallel

/// Decodes the chunks of a tensor, a batch at a time on several threads, and
/// hands them out in order.
final class ReadAhead {
  /// A chunk on its way.
  private final class Slot {
    private let decoder: ChunkDecoder
    /// The chunks of the tensor from this one on.
    var chunks: StoredChunks
    private(set) var elements = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var checksum: Result<CRC32, FormatError> = .success(CRC32())

    init(_ decoder: ChunkDecoder, _ chunks: StoredChunks) {
      self.decoder = decoder
      self.chunks = chunks
    }

    func decode(verifying: Bool) {
      checksum = Result { () throws(FormatError) in
        try chunks.decode(first: 1, with: decoder, verifying: verifying) {
          elements = $0
        }
      }
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
        slots.append(Slot(try ChunkDecoder(for: tensor), chunks))
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

  /// The next chunk; there must be one.
  ///
  /// - Returns: Its elements, valid until the next call, and their checksum
  ///   where checksums are wanted.
  /// - Throws: ``FormatError`` if it breaks a rule.
  func next() throws(FormatError) -> (
    elements: UnsafeRawBufferPointer, checksum: CRC32
  ) {
    if waiting.isEmpty { decodeBatch() }
    // One that is damaged stays first, so asking again gives the same error.
    guard let slot = waiting.first
    else { preconditionFailure("a batch has chunks") }
    let checksum = try slot.checksum.get()
    waiting.removeFirst()
    return (slot.elements, checksum)
  }

  private func decodeBatch() {
    for slot in slots {
      slot.chunks = chunks
      chunks.skip(1)
    }
    waiting = slots[...]
    // Each task has a slot to itself.
    nonisolated(unsafe) let slots = slots
    pool.perform(count: slots.count) { [verifying] index in
      slots[index].decode(verifying: verifying)
    }
  }
}
