import MicroGPTParallel

/// Decodes the chunks of a tensor, a batch at a time on several threads, and
/// hands them out in order.
final class ReadAhead {
  /// A chunk on its way.
  private final class Slot {
    let decoder: ChunkDecoder
    let room: UnsafeMutableRawBufferPointer
    var chunk: Result<StoredChunk?, FormatError> = .success(nil)
    var checksum = CRC32()

    init(_ tensor: TensorDescriptor) throws(SystemError) {
      decoder = try ChunkDecoder(for: tensor)
      room = .allocate(
        byteCount: min(tensor.byteCount, ChunkTable.chunkByteCount),
        alignment: 64)
    }

    deinit { room.deallocate() }

    func decode(verifying: Bool) {
      guard case .success(let stored?) = chunk else { return }
      let elements = UnsafeMutableRawBufferPointer(
        rebasing: room.prefix(stored.decodedByteCount))
      do {
        try decoder.decode(stored, into: elements, verifying: verifying)
      } catch {
        chunk = .failure(error)
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
  ///   - threads: The number of threads; see ``Workers``.
  /// - Throws: ``SystemError`` if memory is lacking.
  init(
    _ tensor: TensorDescriptor, _ chunks: StoredChunks, verifying: Bool,
    threads: Int?
  ) throws(SystemError) {
    pool = Workers.pool(threads: threads, byteCount: tensor.byteCount)
    self.chunks = chunks
    self.verifying = verifying
    var slots: [Slot] = []
    let count = min(
      ChunkTable.chunkCount(of: tensor),
      Workers.batchCount(threads: pool.threadCount))
    for _ in 0..<count { slots.append(try Slot(tensor)) }
    self.slots = slots
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
    guard let slot = waiting.first, let chunk = try slot.chunk.get()
    else { preconditionFailure("more chunks than the tensor's") }
    // One that is damaged stays first, so asking again gives the same error.
    waiting.removeFirst()
    return (
      UnsafeRawBufferPointer(
        rebasing: slot.room.prefix(chunk.decodedByteCount)),
      slot.checksum
    )
  }

  /// Checks that nothing follows the last chunk.
  ///
  /// - Throws: ``FormatError`` if something does.
  func checkEnd() throws(FormatError) { try chunks.checkEnd() }

  private func decodeBatch() {
    for slot in slots {
      slot.chunk = Result { () throws(FormatError) in try chunks.next() }
    }
    waiting = slots[...]
    // Each task has a slot to itself.
    nonisolated(unsafe) let slots = slots
    pool.perform(count: slots.count) { [verifying] index in
      slots[index].decode(verifying: verifying)
    }
  }
}
