/// Writes a checkpoint: the manifest first, then the tensors' bytes piece by
/// piece, in memory for one chunk.
///
/// The bytes that it writes are a function of the manifest and the elements
/// alone (spec: section 2, “Canonical form”). A small tensor that compressing
/// would not make shorter is stored raw (section 8.4).
public final class CheckpointWriter {
  private enum Sink {
    case file(AtomicFile)
    case memory
  }

  /// Everything but the tensors' elements, as it was asked for.
  public let manifest: Manifest
  private let layout: FileLayout
  private let sink: Sink
  private var memory: [UInt8] = []

  private var records: [TensorRecord] = []
  private var checksum = CRC32()
  private var acceptedByteCount = 0  // of the tensor at hand
  private var end: Int  // of the bytes of DATA so far
  private var encoder: Encoder?

  /// What a compressed tensor needs beside.
  private final class Encoder {
    let coder: ChunkCoder
    let deflater: Deflater
    var table: [UInt8] = []
    var chunk: [UInt8] = []  // decoded bytes that wait for the rest

    init(for tensor: TensorDescriptor) throws(SystemError) {
      coder = ChunkCoder(for: tensor)
      deflater = try Deflater()
    }
  }

  /// Starts a file, which appears under its name when it is finished.
  ///
  /// - Parameters:
  ///   - manifest: Everything but the tensors' elements.
  ///   - path: The file to write.
  ///   - replacing: Whether it may be there already.
  /// - Throws: ``CheckpointError`` if the manifest's parts do not agree, or the
  ///   file cannot be created or must not be replaced.
  public convenience init(
    _ manifest: Manifest, path: String, replacing: Bool
  ) throws(CheckpointError) {
    try self.init(
      manifest, sink: .file(AtomicFile(path: path, replacing: replacing)))
  }

  /// Starts a checkpoint in memory.
  ///
  /// - Parameter manifest: Everything but the tensors' elements.
  /// - Throws: ``CheckpointError`` if the manifest's parts do not agree.
  public convenience init(_ manifest: Manifest) throws(CheckpointError) {
    try self.init(manifest, sink: .memory)
  }

  private init(_ manifest: Manifest, sink: Sink) throws(CheckpointError) {
    do { try manifest.validate() } catch { throw .format(error) }
    self.manifest = manifest
    self.sink = sink
    layout = FileLayout(manifest)
    end = layout.dataOffset
    try beginTensor()
  }

  /// Appends bytes of the tensors: elements in row-major order, little-endian,
  /// tensor after tensor in the manifest's order.
  ///
  /// - Parameter bytes: Any number of bytes, at most what the tensors lack.
  /// - Throws: ``CheckpointError/system(_:)`` if they cannot be written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      precondition(
        records.count < manifest.tensors.count, "more bytes than the tensors'")
      let tensor = manifest.tensors[records.count]
      let taken = rest.prefix(tensor.byteCount - acceptedByteCount)
      let part = UnsafeRawBufferPointer(rebasing: taken)
      checksum.update(part)
      if encoder == nil {
        try write(part, at: recordOffset + acceptedByteCount)
        end = recordOffset + acceptedByteCount + part.count
      } else {
        try encode(part)
      }
      acceptedByteCount += part.count
      rest = rest.dropFirst(part.count)
      if acceptedByteCount == tensor.byteCount { try endTensor() }
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
    precondition(
      records.count == manifest.tensors.count, "fewer bytes than the tensors'")
    let (head, tail) = layout.assemble(records)
    try write(tail, at: end)
    try write(head, at: 0)
    if case .file(let file) = sink { try file.finish() }
    return end + tail.count
  }

  /// Ends a checkpoint in memory.
  ///
  /// - Returns: The whole file.
  /// - Throws: Never for a writer that was started in memory.
  public func finishedBytes() throws(CheckpointError) -> [UInt8] {
    try finish()
    return memory
  }

  // MARK: - One tensor

  private var recordOffset: Int = 0

  private func beginTensor() throws(CheckpointError) {
    guard records.count < manifest.tensors.count else { return }
    let tensor = manifest.tensors[records.count]
    recordOffset = SectionDirectory.aligned(end)
    checksum = CRC32()
    acceptedByteCount = 0
    encoder = nil
    guard tensor.codec == .zlib else { return }
    do {
      encoder = try Encoder(for: tensor)
    } catch {
      throw .system(error)
    }
    end = recordOffset + ChunkTable.byteCount(of: tensor)
  }

  private func endTensor() throws(CheckpointError) {
    try encodeChunk()
    var tensor = manifest.tensors[records.count]
    if let encoder {
      try write(encoder.table, at: recordOffset)
    } else {
      tensor.codec = .raw
    }
    records.append(
      TensorRecord(
        descriptor: tensor, checksum: checksum.value, offset: recordOffset,
        storedByteCount: end - recordOffset))
    try beginTensor()
  }

  private func encode(_ part: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = part[...]
    while !rest.isEmpty {
      let missing = ChunkTable.chunkByteCount - (encoder?.chunk.count ?? 0)
      let taken = rest.prefix(missing)
      encoder?.chunk.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
      if taken.count == missing { try encodeChunk() }
    }
  }

  private func encodeChunk() throws(CheckpointError) {
    guard let encoder, !encoder.chunk.isEmpty else { return }
    let (entry, parts) = encoder.chunk.withUnsafeBytes {
      encoder.coder.encode($0, with: encoder.deflater)
    }
    let isWhole =
      encoder.chunk.count == manifest.tensors[records.count].byteCount
    guard !isWhole || entry.count + parts.count < encoder.chunk.count else {
      // Its table would make the tensor longer than it is: it stays raw.
      try write(encoder.chunk, at: recordOffset)
      end = recordOffset + encoder.chunk.count
      self.encoder = nil
      return
    }
    encoder.chunk.removeAll(keepingCapacity: true)
    encoder.table.append(contentsOf: entry)
    try write(parts, at: end)
    end += parts.count
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
    case .memory:
      let missing = offset + bytes.count - memory.count
      if missing > 0 {
        memory.append(contentsOf: repeatElement(0, count: missing))
      }
      memory.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[offset...])
          .copyMemory(from: bytes)
      }
    }
  }
}
