import MicroGPTParallel

/// Writes a checkpoint: the manifest first, then the tensors' bytes piece by
/// piece, in memory for a few chunks a thread.
///
/// The bytes that it writes are a function of the manifest and the elements
/// alone (spec: section 2, “Canonical form”). A small tensor that compressing
/// would not make shorter is stored raw (section 8.4).
public final class CheckpointWriter {
  private enum Sink {
    case file(AtomicFile)
    case memory(MemoryFile)
    case nowhere
  }

  /// Everything but the tensors' elements, as it was asked for.
  public let manifest: Manifest
  private let layout: FileLayout
  private let sink: Sink

  // Elements are gathered in pieces. Of a full batch one thread writes the
  // batch before, while the others encode this one.
  private let pool: WorkerPool
  private var gathered: [Piece]
  private var encoded: [Piece]
  private var gatheredCount = 0
  private var encodedCount = 0
  private var gatheredTensors = 0  // whole ones
  private var gatheredByteCount = 0  // of the next tensor
  private var failure: CheckpointError?  // after which nothing is written

  // What is written so far.
  private var end: Int  // of the bytes of DATA
  private var records: [TensorRecord] = []
  private var table: [UInt8] = []  // of the tensor at hand
  private var checksum = CRC32()
  private var writtenByteCount = 0  // decoded bytes of it
  private var recordOffset = 0

  /// Starts a file, which appears under its name when it is finished.
  ///
  /// - Parameters:
  ///   - manifest: Everything but the tensors' elements.
  ///   - path: The file to write.
  ///   - replacing: Whether it may be there already.
  ///   - threadCount: The number of threads that encode, 1 or more; all processors
  ///     unless given, but one for up to 4 MiB of elements. The file does not
  ///     depend on it.
  /// - Throws: ``CheckpointError`` if the manifest's parts do not agree, or the
  ///   file cannot be created or must not be replaced.
  public convenience init(
    _ manifest: Manifest, path: String, replacing: Bool, threadCount: Int? = nil
  ) throws(CheckpointError) {
    try self.init(
      manifest, sink: .file(AtomicFile(path: path, replacing: replacing)),
      threadCount: threadCount)
  }

  /// Starts a checkpoint in memory.
  ///
  /// - Parameters:
  ///   - manifest: Everything but the tensors' elements.
  ///   - file: An empty file, which is whole after ``finish()``.
  ///   - threadCount: The number of threads that encode, as above.
  /// - Throws: ``CheckpointError`` if the manifest's parts do not agree.
  public convenience init(
    _ manifest: Manifest, to file: MemoryFile, threadCount: Int? = nil
  ) throws(CheckpointError) {
    try self.init(manifest, sink: .memory(file), threadCount: threadCount)
  }

  /// Starts a checkpoint that goes nowhere, to measure how long encoding takes
  /// or how long the file would be.
  package convenience init(
    discarding manifest: Manifest, threadCount: Int? = nil
  ) throws(CheckpointError) {
    try self.init(manifest, sink: .nowhere, threadCount: threadCount)
  }

  private convenience init(
    _ manifest: Manifest, sink: Sink, threadCount: Int?
  ) throws(CheckpointError) {
    do { try manifest.validate() } catch { throw .format(error) }
    do { try FileLayout.checkMemory(manifest) } catch {
      throw .outOfMemory(error)
    }
    let byteCounts = manifest.tensors.map { $0.byteCount }
    let pool = Workers.pool(
      threadCount: threadCount, byteCount: byteCounts.reduce(0, +))
    let pieceByteCount = min(byteCounts.max() ?? 0, ChunkTable.chunkByteCount)
    let count = Workers.batchCount(threadCount: pool.threadCount)
    var pieces: [Piece] = []
    do {
      for _ in 0..<2 * count {
        pieces.append(try Piece(maximumByteCount: pieceByteCount))
      }
    } catch {
      throw .outOfMemory(error)
    }
    self.init(manifest, sink, pool, pieces)
  }

  private init(
    _ manifest: Manifest, _ sink: Sink, _ pool: WorkerPool, _ pieces: [Piece]
  ) {
    self.manifest = manifest
    self.sink = sink
    self.pool = pool
    layout = FileLayout(manifest)
    end = layout.dataOffset
    let count = pieces.count / 2
    (gathered, encoded) = (Array(pieces[..<count]), Array(pieces[count...]))
  }

  /// Appends bytes of the tensors: elements in row-major order, little-endian,
  /// tensor after tensor in the manifest's order.
  ///
  /// - Parameter bytes: Any number of bytes, at most what the tensors lack.
  /// - Throws: ``CheckpointError/system(_:)`` if they cannot be written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    if let failure { throw failure }
    var rest = bytes[...]
    while !rest.isEmpty {
      precondition(
        gatheredTensors < manifest.tensors.count, "more bytes than the tensors'"
      )
      let tensor = manifest.tensors[gatheredTensors]
      let piece = gathered[gatheredCount]
      let taken = rest.prefix(
        min(
          ChunkTable.chunkByteCount - piece.elements.count,
          tensor.byteCount - gatheredByteCount))
      piece.append(taken, of: tensor)
      gatheredByteCount += taken.count
      rest = rest.dropFirst(taken.count)
      let isWhole = gatheredByteCount == tensor.byteCount
      if isWhole {
        gatheredTensors += 1
        gatheredByteCount = 0
      }
      if isWhole || piece.elements.count == ChunkTable.chunkByteCount {
        gatheredCount += 1
        if gatheredCount == gathered.count { try encodeBatch() }
      }
    }
  }

  /// Appends elements of the tensors; see ``append(_:)-(UnsafeRawBufferPointer)``.
  ///
  /// - Parameter elements: Elements of the type that the tensor at hand has.
  /// - Throws: ``CheckpointError/system(_:)`` if they cannot be written.
  public func append<Element: BitwiseCopyable>(
    _ elements: [Element]
  ) throws(CheckpointError) {
    // A typed throw does not pass through withUnsafeBytes of an array.
    let result = elements.withUnsafeBytes { bytes in
      Result { () throws(CheckpointError) in try append(bytes) }
    }
    try result.get()
  }

  /// Ends the file: writes what surrounds the tensors, and gives it its name.
  ///
  /// - Returns: The length of the file in bytes.
  /// - Throws: ``CheckpointError`` if the file cannot be written, or is there
  ///   by now and must not be replaced.
  @discardableResult
  public func finish() throws(CheckpointError) -> Int {
    if let failure { throw failure }
    precondition(
      gatheredTensors == manifest.tensors.count, "fewer bytes than the tensors'"
    )
    try encodeBatch()
    try encodeBatch()  // writes what the first one has encoded
    let (head, tail) = layout.assemble(records)
    try write(tail, at: end)
    try write(head, at: 0)
    if case .file(let file) = sink { try file.commit() }
    return end + tail.count
  }

  // MARK: - Pieces

  private func encodeBatch() throws(CheckpointError) {
    // Each task has a piece to itself; one of them alone writes.
    nonisolated(unsafe) let (writer, pieces) = (self, gathered)
    pool.perform(count: 1 + gatheredCount) { index in
      if index == 0 {
        writer.writeBatch()
      } else {
        pieces[index - 1].encode()
      }
    }
    if let failure { throw failure }
    swap(&gathered, &encoded)
    encodedCount = gatheredCount
    gatheredCount = 0
    for piece in gathered { piece.clear() }
  }

  private func writeBatch() {
    do {
      for piece in encoded.prefix(encodedCount) { try write(piece) }
    } catch {
      failure = error
    }
  }

  private func write(_ piece: Piece) throws(CheckpointError) {
    var tensor = manifest.tensors[records.count]
    if writtenByteCount == 0 {
      recordOffset = SectionDirectory.aligned(end)
      end = recordOffset
      checksum = CRC32()
      table = []
    }
    switch piece.stored {
    case .failure(let error): throw .outOfMemory(error)
    case .success(.raw):
      try write(piece.elements, at: end)
      end += piece.elements.count
    case .success(.compressed(let entry, let parts)):
      // The table comes first and is known last.
      if table.isEmpty { end += ChunkTable.byteCount(of: tensor) }
      table.append(contentsOf: entry)
      try write(parts, at: end)
      end += parts.count
    }
    checksum.append(piece.checksum, byteCount: piece.elements.count)
    writtenByteCount += piece.elements.count
    guard writtenByteCount == tensor.byteCount else { return }
    if table.isEmpty { tensor.codec = .raw }
    try write(table, at: recordOffset)
    records.append(
      TensorRecord(
        descriptor: tensor, checksum: checksum.value, offset: recordOffset,
        storedByteCount: end - recordOffset))
    writtenByteCount = 0
  }

  // MARK: - Bytes

  private func write(_ bytes: [UInt8], at offset: Int) throws(CheckpointError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(CheckpointError) in try write(bytes, at: offset) }
    }
    try result.get()
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int
  ) throws(CheckpointError) {
    switch sink {
    case .file(let file): try file.write(bytes, at: offset)
    case .nowhere: break
    case .memory(let file):
      do { try file.write(bytes, at: offset) } catch {
        throw .outOfMemory(error)
      }
    }
  }
}
