import MicroGPTParallel

extension Checkpoint {
  /// Reads tensors and checks them against their checksums.
  ///
  /// - Parameters:
  ///   - indices: Their places in ``tensors``; all of them unless given.
  ///   - threadCount: The number of threads that read, 1 or more; all processors
  ///     unless given, but one for up to 4 MiB.
  /// - Throws: ``CheckpointError`` for the first tensor that is damaged.
  /// - Complexity: O(decoded bytes), in memory for two chunks a thread.
  public func verify(
    tensorsAt indices: [Int]? = nil, threadCount: Int? = nil
  ) throws(CheckpointError) {
    _ = try read(
      indices, threadCount: threadCount, verifying: true,
      findingNonFinite: false)
  }

  /// The same, and finds the elements that are not finite, which are no damage.
  ///
  /// - Parameters:
  ///   - indices: The tensors' indices in ``tensors``; all of them unless
  ///     given.
  ///   - threadCount: The number of threads, as above.
  /// - Returns: The tensors that have such elements, in the order of `indices`.
  /// - Throws: ``CheckpointError`` for the first tensor that is damaged.
  /// - Complexity: O(decoded bytes), in memory for two chunks a thread.
  public func verifyFindingNonFinite(
    tensorsAt indices: [Int]? = nil, threadCount: Int? = nil
  ) throws(CheckpointError) -> [NonFiniteElements] {
    try read(
      indices, threadCount: threadCount, verifying: true, findingNonFinite: true
    )
  }

  /// Finds the elements that are not finite, without a look at checksums.
  ///
  /// - Parameters:
  ///   - indices: The tensors' indices in ``tensors``; all of them unless
  ///     given.
  ///   - threadCount: The number of threads, as above.
  /// - Returns: The tensors that have such elements, in the order of `indices`.
  /// - Throws: ``CheckpointError`` for the first tensor that cannot be decoded.
  /// - Complexity: O(decoded bytes), in memory for two chunks a thread.
  public func nonFiniteElements(
    ofTensorsAt indices: [Int]? = nil, threadCount: Int? = nil
  ) throws(CheckpointError) -> [NonFiniteElements] {
    try read(
      indices, threadCount: threadCount, verifying: false,
      findingNonFinite: true)
  }

  private func read(
    _ indices: [Int]?, threadCount: Int?, verifying: Bool,
    findingNonFinite: Bool
  ) throws(CheckpointError) -> [NonFiniteElements] {
    let indices = indices ?? Array(tensors.indices)
    let pool = Workers.pool(
      threadCount: threadCount,
      byteCount: indices.reduce(0) { $0 + tensors[$1].descriptor.byteCount })
    // Each task has a stretch to itself.
    nonisolated(unsafe) let stretches = indices.flatMap {
      self.stretches(ofTensorAt: $0)
    }
    pool.perform(count: stretches.count) {
      stretches[$0].read(
        verifying: verifying, findingNonFinite: findingNonFinite)
    }

    var found: [NonFiniteElements] = []
    var checksum = CRC32()
    for stretch in stretches {
      if let elements = stretch.nonFinite {
        let isNew = found.last?.tensorIndex != elements.tensorIndex
        let former = isNew ? nil : found.popLast()
        found.append(
          NonFiniteElements(
            tensorIndex: elements.tensorIndex,
            count: (former?.count ?? 0) + elements.count,
            first: former?.first ?? elements.first))
      }
      checksum.append(
        try stretch.checksum.get(), byteCount: stretch.byteCount)
      guard stretch.isLast, verifying else { continue }
      do {
        try check(checksum, ofTensorAt: stretch.tensorIndex)
      } catch {
        throw .format(error)
      }
      checksum = CRC32()
    }
    return found
  }

  /// Checks the checksum of a tensor's elements.
  func check(
    _ computed: CRC32, ofTensorAt index: Int
  ) throws(FormatError) {
    let tensor = tensors[index]
    guard computed.value == tensor.checksum else {
      throw TensorDirectory.error(
        .checksumMismatch, TensorDirectory.Fields.checksum, ofTensorAt: index,
        in: directory,
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
    return stride(from: 0, to: tensor.byteCount, by: Stretch.maximumByteCount)
      .map { start in
        let stretch = Stretch(
          tensor, at: index, start: start,
          stored: chunks.map(Stretch.Stored.chunks)
            ?? .raw(stored.dropFirst(start).prefix(Stretch.maximumByteCount)))
        chunks?.skip(Stretch.maximumChunkCount)
        return stretch
      }
  }
}

/// A part of a tensor that one thread reads: several chunks, so that it is worth
/// handing out.
private final class Stretch {
  static let maximumChunkCount = 4
  static let maximumByteCount = maximumChunkCount * ChunkTable.chunkByteCount
  /// The bytes looked at in one go, which stay in a core's cache.
  private static let pieceByteCount = 1 << 17

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
  private let start: Int  // of its elements among the tensor's bytes
  private let stored: Stored
  /// The checksum of its elements, once it has been read.
  private(set) var checksum: Result<CRC32, CheckpointError> = .success(CRC32())
  /// Those of its elements that are not finite; `nil` if all are.
  private(set) var nonFinite: NonFiniteElements?

  init(
    _ tensor: TensorDescriptor, at index: Int, start: Int, stored: Stored
  ) {
    self.tensor = tensor
    tensorIndex = index
    self.start = start
    byteCount = min(tensor.byteCount - start, Self.maximumByteCount)
    isLast = start + byteCount == tensor.byteCount
    self.stored = stored
  }

  /// Reads its elements.
  ///
  /// - Parameters:
  ///   - verifying: Whether checksums are checked and computed.
  ///   - findingNonFinite: Whether to look for elements that are not finite.
  func read(verifying: Bool, findingNonFinite: Bool) {
    switch stored {
    case .raw(var elements):
      var computed = CRC32()
      // What was summed up is looked at while it is in the cache.
      while !elements.isEmpty {
        let piece = UnsafeRawBufferPointer(
          rebasing: elements.prefix(Self.pieceByteCount))
        if verifying { computed.update(piece) }
        if findingNonFinite {
          find(in: piece, at: byteCount - elements.count)
        }
        elements = elements.dropFirst(piece.count)
      }
      checksum = .success(computed)
    case .chunks(let chunks):
      checksum = Result { () throws(CheckpointError) in
        try decode(
          chunks, verifying: verifying, findingNonFinite: findingNonFinite)
      }
    }
  }

  /// Looks for elements that are not finite.
  ///
  /// - Parameters:
  ///   - bytes: Some of the elements.
  ///   - offset: Where they stand in the stretch.
  private func find(in bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard let index = tensor.firstNonFinite(in: bytes) else { return }
    let place = (start + offset) / tensor.elementType.byteCount + index
    nonFinite = NonFiniteElements(
      tensorIndex: tensorIndex,
      count: (nonFinite?.count ?? 0) + tensor.countOfNonFinite(in: bytes),
      first: nonFinite?.first
        ?? NonFiniteElement(
          tensor, index: place, value: tensor.value(at: index, in: bytes)))
  }

  private func decode(
    _ chunks: StoredChunks, verifying: Bool, findingNonFinite: Bool
  ) throws(CheckpointError) -> CRC32 {
    let decoder: ChunkDecoder
    do { decoder = try ChunkDecoder(for: tensor) } catch {
      throw .outOfMemory(error)
    }
    var offset = 0
    do {
      return try chunks.decode(
        first: Self.maximumChunkCount, with: decoder, verifying: verifying
      ) { elements in
        if findingNonFinite { find(in: elements, at: offset) }
        offset += elements.count
      }
    } catch {
      throw .format(error)
    }
  }
}
