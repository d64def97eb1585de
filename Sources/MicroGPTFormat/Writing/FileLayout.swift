/// Where the parts of a file go: the canonical layout, which is the only one.
///
/// Spec: section 2.
struct FileLayout {
  private let manifest: Manifest
  private let configuration: [UInt8]
  private let vocabulary: [UInt8]
  private let tail: [(tag: SectionTag, bytes: [UInt8])]

  /// Where CONF, VOCB, TDIR and DATA begin.
  private let offsets: (conf: Int, vocb: Int, tdir: Int, data: Int)

  /// Where the first tensor begins.
  var dataOffset: Int { offsets.data }

  init(_ manifest: Manifest) {
    self.manifest = manifest
    configuration = ConfigurationSection(manifest.configuration).serialized()
    vocabulary = VocabularySection(manifest.vocabulary).serialized()
    var tail: [(tag: SectionTag, bytes: [UInt8])] = []
    if let state = manifest.trainingState {
      tail.append((.trainingState, PropertiesSection(state).serialized()))
    }
    if let metadata = manifest.metadata {
      tail.append((.metadata, PropertiesSection(metadata).serialized()))
    }
    for section in manifest.unknownSections {
      guard let tag = SectionTag(section.tag) else { continue }
      tail.append((tag, section.bytes))
    }
    self.tail = tail

    let directory = (4 + self.tail.count) * SectionDirectory.entryByteCount
    let conf = SectionDirectory.aligned(Header.byteCount + directory)
    let vocb = SectionDirectory.aligned(conf + configuration.count)
    let tdir = SectionDirectory.aligned(vocb + vocabulary.count)
    let records = manifest.tensors.count * TensorDirectory.recordByteCount
    offsets = (conf, vocb, tdir, SectionDirectory.aligned(tdir + records))
  }

  /// Checks that there is memory for what surrounds the tensors, which is
  /// laid out more than once.
  static func checkMemory(_ manifest: Manifest) throws(OutOfMemory) {
    var byteCount =
      manifest.tensors.count * TensorDirectory.recordByteCount
      + 4 * manifest.vocabulary.size
    for section in manifest.unknownSections { byteCount += section.bytes.count }
    try OutOfMemory.check(byteCount, times: 5, for: "the checkpoint's sections")
  }

  /// The bytes around the tensors, once it is known where they ended up.
  ///
  /// - Parameter records: The tensors' records, in order.
  /// - Returns: What precedes the first tensor, up to ``dataOffset``, and what
  ///   follows the last one.
  func assemble(
    _ records: [TensorRecord]
  ) -> (head: [UInt8], tail: [UInt8]) {
    let directory = TensorDirectory(records).serialized()
    let dataEnd = records.last?.range.upperBound ?? offsets.data
    func entry(
      _ tag: SectionTag, _ offset: Int, _ bytes: [UInt8]
    ) -> SectionEntry {
      SectionEntry(
        kind: tag, offset: offset, byteCount: bytes.count,
        checksum: CRC32.of(bytes))
    }
    var entries = [
      entry(.configuration, offsets.conf, configuration),
      entry(.vocabulary, offsets.vocb, vocabulary),
      entry(.tensorDirectory, offsets.tdir, directory),
      SectionEntry(
        kind: .data, offset: offsets.data, byteCount: dataEnd - offsets.data,
        checksum: 0),
    ]
    var end = dataEnd
    var tailBytes = ByteBuilder()
    for section in tail {
      let offset = SectionDirectory.aligned(end)
      tailBytes.appendZeros(offset - end)
      tailBytes.append(section.bytes)
      entries.append(entry(section.tag, offset, section.bytes))
      end = offset + section.bytes.count
    }

    let sections = SectionDirectory(entries).serialized()
    let header = Header(fileLength: UInt64(end), directory: sections)
    var head = ByteBuilder()
    head.append(header.serialized())
    for part in [sections, configuration, vocabulary, directory] {
      head.append(part)
      head.align(to: SectionDirectory.alignment)
    }
    return (head.bytes, tailBytes.bytes)
  }
}
