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
  /// The sections in the file's order.
  public let sections: [SectionEntry]
  /// The version of the format, as `1.0`.
  public let version: String

  private let storage: FileBytes

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
    let contents: Contents
    let (header, sections): (Header, [SectionEntry])
    do {
      header = try Header(parsing: file)
      sections = try SectionDirectory.parse(file, header: header)
    } catch {
      throw .format(error)
    }
    do { try Self.checkMemory(sections) } catch { throw .outOfMemory(error) }
    do {
      contents = try Self.parse(file, header: header, sections: sections)
    } catch {
      throw .format(error)
    }
    self.init(storage, contents)
  }

  private init(_ storage: FileBytes, _ contents: Contents) {
    self.storage = storage
    sections = contents.sections
    version = "\(Header.major).\(contents.header.minor)"
    manifest = contents.manifest
    tensors = contents.tensors
  }

  /// What a file says of itself.
  private struct Contents {
    let header: Header
    let sections: [SectionEntry]
    let manifest: Manifest
    let tensors: [TensorRecord]
  }

  /// Checks that there is memory for what a file says of itself, as Swift's
  /// strings and arrays hold it.
  private static func checkMemory(
    _ sections: [SectionEntry]
  ) throws(OutOfMemory) {
    let byteCount = sections.reduce(0) {
      $0 + ($1.tag == .data ? 0 : $1.byteCount)
    }
    try OutOfMemory.check(byteCount, times: 16, for: "the file's sections")
  }

  private static func parse(
    _ file: UnsafeRawBufferPointer, header: Header, sections: [SectionEntry]
  ) throws(FormatError) -> Contents {
    for (index, section) in sections.enumerated() {
      guard section.tag != .data else { continue }
      let computed = CRC32.of(file[section.range])
      guard section.checksum == computed else {
        throw FormatError(
          .checksumMismatch, "directory[\(index)].crc32",
          at: Header.byteCount + index * SectionDirectory.entryByteCount + 24,
          found: hexadecimal(section.checksum), expected: hexadecimal(computed))
      }
    }
    func section(_ tag: SectionTag) -> SectionEntry? {
      sections.first { $0.tag == tag }
    }
    func required(_ tag: SectionTag) throws(FormatError) -> SectionEntry {
      guard let section = section(tag) else {
        throw FormatError(
          .missing, "directory", at: Header.byteCount,
          found: "no section \(tag.letters)", expected: "one")
      }
      return section
    }
    func properties(_ tag: SectionTag) throws(FormatError) -> Properties? {
      guard let section = section(tag) else { return nil }
      return try PropertiesSection.parse(file[section.range], tag: tag)
    }

    let configuration = try ConfigurationSection.parse(
      file[required(.configuration).range])
    let vocabulary = try VocabularySection.parse(
      file[required(.vocabulary).range])
    let directory = try required(.tensorDirectory)
    let tensors = try TensorDirectory.parse(
      file[directory.range], data: required(.data))
    let manifest = Manifest(
      configuration: configuration, vocabulary: vocabulary,
      tensors: tensors.map { $0.descriptor },
      trainingState: try properties(.trainingState),
      metadata: try properties(.metadata),
      unknownSections: sections.filter {
        !SectionTag.known.contains($0.tag) && $0.tag.isSafeToCopy
      }.map {
        UnknownSection(tag: $0.tag.letters, bytes: Array(file[$0.range]))
      })
    try manifest.validateTensors(
      sectionOffsets: (try required(.configuration).offset, directory.offset))
    var end = tensors.first?.offset ?? 0
    for tensor in tensors {
      try SectionDirectory.checkPadding(file, from: end, to: tensor.offset)
      end = tensor.range.upperBound
    }
    return Contents(
      header: header, sections: sections, manifest: manifest, tensors: tensors)
  }

  /// The bytes of a raw tensor where they lie, aligned to 64 bytes.
  ///
  /// They are not checked against the tensor's checksum, and are valid as long
  /// as the checkpoint lives.
  ///
  /// - Parameter index: The tensor's place in ``tensors``.
  /// - Returns: The elements, little-endian; `nil` if the tensor is compressed.
  public func bytesInPlace(ofTensorAt index: Int) -> UnsafeRawBufferPointer? {
    let tensor = tensors[index]
    return tensor.descriptor.codec == .raw
      ? UnsafeRawBufferPointer(rebasing: storedBytes(of: tensor)) : nil
  }

  /// The bytes of a tensor as the file holds them.
  func storedBytes(of tensor: TensorRecord) -> Slice<UnsafeRawBufferPointer> {
    storage.bytes[tensor.range]
  }

  /// Where a tensor's record stands in the file.
  func directoryOffset(ofTensorAt index: Int) -> Int {
    let directory = sections.first { $0.tag == .tensorDirectory }
    return (directory?.offset ?? 0) + index * TensorDirectory.recordByteCount
  }
}
