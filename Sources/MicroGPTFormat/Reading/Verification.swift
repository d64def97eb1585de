import MicroGPTParallel

extension Checkpoint {
  /// Reads tensors and checks them against their checksums.
  ///
  /// - Parameters:
  ///   - indices: Their places in ``tensors``; all of them unless given.
  ///   - threads: The number of threads that read, 1 or more; all processors
  ///     unless given, but one for up to 4 MiB.
  /// - Throws: ``CheckpointError`` for the first tensor that is damaged.
  /// - Complexity: O(decoded bytes), in memory for two chunks a thread.
  public func verify(
    tensorsAt indices: [Int]? = nil, threads: Int? = nil
  ) throws(CheckpointError) {
    let indices = indices ?? Array(tensors.indices)
    let pool = Workers.pool(
      threads: threads,
      byteCount: indices.reduce(0) { $0 + tensors[$1].descriptor.byteCount })
    // Each task has a stretch to itself.
    nonisolated(unsafe) let stretches = indices.flatMap {
      self.stretches(ofTensorAt: $0)
    }
    pool.perform(count: stretches.count) { stretches[$0].read() }

    var checksum = CRC32()
    for stretch in stretches {
      checksum.append(
        try stretch.checksum.get(), byteCount: stretch.byteCount)
      guard stretch.isLast else { continue }
      do {
        try check(checksum, ofTensorAt: stretch.tensorIndex)
      } catch {
        throw .format(error)
      }
      checksum = CRC32()
    }
  }

  /// Checks the checksum of a tensor's elements.
  func check(
    _ computed: CRC32, ofTensorAt index: Int
  ) throws(FormatError) {
    let tensor = tensors[index]
    guard computed.value == tensor.checksum else {
      throw FormatError(
        .checksumMismatch, "TDIR[\(index)].crc32",
        at: directoryOffset(ofTensorAt: index) + 52,
        found: hexadecimal(tensor.checksum),
        expected: "\(hexadecimal(computed.value)), the checksum of"
          + " \(tensor.descriptor.name)")
    }
  }

  /// A tensor in parts for several threads.
  private func stretches(ofTensorAt index: Int) -> [Stretch] {
    let record = tensors[index]
    let tensor = record.descriptor
    let stored = storedBytes(of: record)
    var chunks =
      tensor.codec == .zlib
      ? StoredChunks(of: tensor, at: index, in: stored) : nil
    return stride(from: 0, to: tensor.byteCount, by: Stretch.greatestByteCount)
      .map { start in
        let stretch = Stretch(
          tensor, at: index, start: start,
          stored: chunks.map(Stretch.Stored.chunks)
            ?? .raw(stored.dropFirst(start).prefix(Stretch.greatestByteCount)))
        // A chunk that breaks a rule is found when its stretch is read.
        for _ in 0..<Stretch.greatestChunkCount { _ = try? chunks?.next() }
        return stretch
      }
  }
}

/// A part of a tensor that one thread reads: several chunks, so that it is worth
/// handing out.
private final class Stretch {
  static let greatestChunkCount = 4
  static let greatestByteCount = greatestChunkCount * ChunkTable.chunkByteCount

  enum Stored {
    /// The elements.
    case raw(Slice<UnsafeRawBufferPointer>)
    /// The chunks from the first one of the stretch on.
    case chunks(StoredChunks)
  }

  let tensor: TensorDescriptor
  let tensorIndex: Int
  let byteCount: Int  // of its elements
  let isLast: Bool  // of the tensor
  private let stored: Stored
  /// The checksum of its elements, once it has been read.
  private(set) var checksum: Result<CRC32, CheckpointError> = .success(CRC32())

  init(
    _ tensor: TensorDescriptor, at index: Int, start: Int, stored: Stored
  ) {
    self.tensor = tensor
    tensorIndex = index
    byteCount = min(tensor.byteCount - start, Self.greatestByteCount)
    isLast = start + byteCount == tensor.byteCount
    self.stored = stored
  }

  func read() {
    var computed = CRC32()
    switch stored {
    case .raw(let elements):
      computed.update(UnsafeRawBufferPointer(rebasing: elements))
      checksum = .success(computed)
    case .chunks(let chunks):
      checksum = Result { () throws(CheckpointError) in try decode(chunks) }
    }
  }

  private func decode(
    _ first: StoredChunks
  ) throws(CheckpointError) -> CRC32 {
    let decoder: ChunkDecoder
    do {
      decoder = try ChunkDecoder(for: tensor)
    } catch {
      throw .system(error)
    }
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(byteCount, ChunkTable.chunkByteCount), alignment: 64)
    defer { room.deallocate() }
    var chunks = first
    var computed = CRC32()
    do {
      for _ in 0..<Self.greatestChunkCount {
        guard let chunk = try chunks.next() else { break }
        let elements = UnsafeMutableRawBufferPointer(
          rebasing: room.prefix(chunk.decodedByteCount))
        try decoder.decode(chunk, into: elements, verifying: true)
        computed.update(UnsafeRawBufferPointer(elements))
      }
      if isLast { try chunks.checkEnd() }
    } catch {
      throw .format(error)
    }
    return computed
  }
}
