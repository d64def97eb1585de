/// An open checkpoint, checked throughout but for the tensors' bytes.
///
/// Opening proves everything that the file says of itself (spec: section 10):
/// every byte is header, section or zero padding, nothing overlaps, and the
/// tensors are those of the configuration. What remains, the tensors' bytes, is
/// checked when they are read, or all together by ``verify()``.
///
/// Threads may share a checkpoint.
public final class Checkpoint: Sendable {
  /// Everything in the file but the tensors' elements.
  public let manifest: Manifest
  /// The tensors in the file's order, with their places.
  public let tensors: [TensorRecord]
  /// The version of the format in which the file is written.
  public let version: FormatVersion

  let directory: SectionDirectory
  private let storage: FileBytes

  /// The sections in the file's order.
  public var sections: [SectionEntry] { directory.entries }

  /// The length of the file in bytes.
  public var byteCount: Int { storage.bytes.count }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mode: How its bytes come into memory.
  /// - Throws: ``CheckpointError`` if the file cannot be read or breaks a rule
  ///   of the format.
  public convenience init(
    path: String, mode: OpeningMode = .automatic
  ) throws(CheckpointError) {
    try self.init(storage: FileBytes(path: path, mode: mode))
  }

  /// Opens a checkpoint in memory; its bytes are copied.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``CheckpointError/format(_:)`` if it breaks a rule of the
  ///   format.
  public convenience init(bytes: [UInt8]) throws(CheckpointError) {
    // A typed throw does not pass through withUnsafeBytes of an array.
    let storage = bytes.withUnsafeBytes { bytes in
      Result { () throws(CheckpointError) in try FileBytes(copying: bytes) }
    }
    try self.init(storage: storage.get())
  }

  private convenience init(storage: FileBytes) throws(CheckpointError) {
    // Whatever throws comes before the object: Embedded Swift 6.3 would not
    // free it.
    let file = storage.bytes
    let (header, sections): (Header, SectionDirectory)
    do {
      header = try Header(parsing: file)
      sections = try SectionDirectory(parsing: file, header: header)
    } catch {
      throw .format(error)
    }
    do { try Self.checkMemory(sections) } catch { throw .outOfMemory(error) }
    let (manifest, tensors): (Manifest, [TensorRecord])
    do {
      (manifest, tensors) = try Self.parse(file, sections)
    } catch {
      throw .format(error)
    }
    self.init(storage, header.version, sections, manifest, tensors)
  }

  private init(
    _ storage: FileBytes, _ version: FormatVersion,
    _ directory: SectionDirectory, _ manifest: Manifest,
    _ tensors: [TensorRecord]
  ) {
    self.storage = storage
    self.version = version
    self.directory = directory
    self.manifest = manifest
    self.tensors = tensors
  }

  /// Checks that there is memory for what a file says of itself, as Swift's
  /// strings and arrays hold it.
  private static func checkMemory(
    _ sections: SectionDirectory
  ) throws(OutOfMemory) {
    let byteCount = sections.entries.reduce(0) {
      $0 + ($1.kind == .data ? 0 : $1.byteCount)
    }
    try OutOfMemory.check(byteCount, times: 16, for: "the file's sections")
  }

  private static func parse(
    _ file: UnsafeRawBufferPointer, _ sections: SectionDirectory
  ) throws(FormatError) -> (Manifest, [TensorRecord]) {
    try sections.verify(file)
    func properties(_ tag: SectionTag) throws(FormatError) -> Properties? {
      guard let section = sections[tag] else { return nil }
      return try PropertiesSection(parsing: file[section.range], tag: tag)
        .properties
    }

    let configuration = try ConfigurationSection(
      parsing: file[sections.required(.configuration).range])
    let vocabulary = try VocabularySection(
      parsing: file[sections.required(.vocabulary).range])
    let tensors = try TensorDirectory(
      parsing: file[sections.required(.tensorDirectory).range],
      data: sections.required(.data)
    ).records
    let manifest = Manifest(
      configuration: configuration.configuration,
      vocabulary: vocabulary.vocabulary,
      tensors: tensors.map { $0.descriptor },
      trainingState: try properties(.trainingState),
      metadata: try properties(.metadata),
      unknownSections: sections.entries.filter {
        !SectionTag.known.contains($0.kind) && $0.kind.isSafeToCopy
      }.map {
        UnknownSection(tag: $0.tag, bytes: Array(file[$0.range]))
      })
    try manifest.validateModel(in: sections)
    var end = tensors.first?.offset ?? 0
    for tensor in tensors {
      try SectionDirectory.checkPadding(file, from: end, to: tensor.offset)
      end = tensor.range.upperBound
    }
    return (manifest, tensors)
  }

  /// The bytes of a raw tensor where they lie, aligned to 64 bytes.
  ///
  /// They are not checked against the tensor's checksum, and are valid as long
  /// as the checkpoint lives.
  ///
  /// - Parameter index: The tensor's index in ``tensors``.
  /// - Returns: The elements, little-endian; `nil` if the tensor is compressed.
  public func unsafeBytes(ofTensorAt index: Int) -> UnsafeRawBufferPointer? {
    let tensor = tensors[index]
    return tensor.descriptor.codec == .raw
      ? UnsafeRawBufferPointer(rebasing: storedBytes(of: tensor)) : nil
  }

  /// The bytes of a tensor as the file holds them.
  func storedBytes(of tensor: TensorRecord) -> Slice<UnsafeRawBufferPointer> {
    storage.bytes[tensor.range]
  }
}
