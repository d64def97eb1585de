import MicroGPTFormat
import MicroGPTText

/// What precedes the tensors in the twin: the manifest but for the tensors.
struct JSONHead {
  /// Where the document begins.
  let start: JSONPosition

  private var configuration: GPTConfiguration?
  private var vocabulary: Vocabulary?
  private var metadata: Properties?
  private var training: Properties?
  private var sections: [UnknownSection] = []

  /// Where the value of each field stands that has been read.
  private var places: [String: JSONPosition] = [:]

  init(at start: JSONPosition) { self.start = start }

  /// Reads the value of one of the document's keys.
  mutating func read(_ key: String, from scanner: JSONScanner) throws {
    places[key] = scanner.position
    switch key {
    case "format": try scanner.readConstant(JSONNames.format)
    case "version": try scanner.readConstant(JSONNames.version)
    case "config": configuration = try readConfiguration(scanner)
    case "vocab": vocabulary = try readVocabulary(scanner)
    case "metadata": metadata = try scanner.readProperties(.labels)
    case "training": training = try scanner.readProperties(.trainingState)
    default: sections = try readSections(scanner)
    }
  }

  /// The manifest with the tensors that it must have, their types of element
  /// and codecs still unknown.
  ///
  /// - Parameter scanner: The scanner, which is about to read the tensors.
  /// - Throws: ``JSONCheckpointError`` if a part is missing, or the parts do
  ///   not agree.
  /// - Returns: A manifest that ``Manifest/validate()`` accepts.
  func manifest(_ scanner: JSONScanner) throws -> Manifest {
    let missing = JSONNames.required.filter { places[$0] == nil }
    guard missing.isEmpty, let configuration, let vocabulary else {
      throw JSONCheckpointError(
        "", at: start,
        found: "no \(missing.joined(separator: ", ")) before tensors",
        expected: "tensors as the last key")
    }
    guard configuration.vocabularySize == vocabulary.size else {
      throw JSONCheckpointError(
        "config.vocab_size",
        at: places["config.vocab_size"] ?? scanner.position,
        found: "\(configuration.vocabularySize)",
        expected: "\(vocabulary.size), the characters of vocab and BOS")
    }
    let manifest = Manifest(
      configuration: configuration, vocabulary: vocabulary,
      tensors: configuration.tensorDescriptors(
        elementType: .f32, codec: .raw, includingMoments: training != nil),
      trainingState: training, metadata: metadata, unknownSections: sections)
    do {
      // What could still be wrong is the number of sections.
      try manifest.validate()
    } catch {
      throw JSONCheckpointError(
        "sections", at: places["sections"] ?? scanner.position,
        found: error.found, expected: error.expected)
    }
    return manifest
  }

  // MARK: - Values

  private mutating func readConfiguration(
    _ scanner: JSONScanner
  ) throws -> GPTConfiguration {
    let start = scanner.position
    var numbers: [String: Int] = [:]
    try scanner.readObject(keys: JSONNames.config) { key, _ in
      places[scanner.field] = scanner.position
      switch key {
      case "architecture": try scanner.readConstant(JSONNames.architecture)
      case "activation": try scanner.readConstant(JSONNames.activation)
      case "tying": try scanner.readConstant(JSONNames.tying)
      default: numbers[key] = try scanner.readInteger()
      }
    }
    func place(_ key: String) -> JSONPosition? {
      places["\(scanner.field).\(key)"]
    }
    let missing = JSONNames.config.filter { place($0) == nil }
    guard missing.isEmpty else {
      throw scanner.error(
        at: start, found: "no \(missing.joined(separator: ", "))",
        expected: "all of \(JSONNames.config.joined(separator: ", "))")
    }
    func number(_ key: String) -> Int { numbers[key] ?? 0 }
    do {
      return try GPTConfiguration(
        layerCount: number("n_layer"), headCount: number("n_head"),
        embeddingWidth: number("n_embd"), blockSize: number("block_size"),
        vocabularySize: number("vocab_size"))
    } catch {
      let key = error.field.rawValue
      throw JSONCheckpointError(
        "\(scanner.field).\(key)", at: place(key) ?? start,
        found: "\(error.found)", expected: error.expected)
    }
  }

  private func readVocabulary(_ scanner: JSONScanner) throws -> Vocabulary {
    let start = scanner.position
    // Each scalar once, of at most 4 bytes.
    let text = try scanner.readString(
      "a string", limit: 4 * GPTConfiguration.vocabularySizeRange.upperBound)
    guard let vocabulary = Vocabulary(sorted: Array(text.unicodeScalars)) else {
      throw scanner.error(
        at: start,
        found: text.isEmpty
          ? "no characters"
          : "\(text.unicodeScalars.count) characters in disorder",
        expected: "characters in strictly increasing order")
    }
    return vocabulary
  }

  private func readSections(
    _ scanner: JSONScanner
  ) throws -> [UnknownSection] {
    var sections: [UnknownSection] = []
    try scanner.readArray { _ in
      let start = scanner.position
      var tag: String?
      var tagPosition = start
      var bytes: [UInt8]?
      try scanner.readObject(keys: JSONNames.section) { key, _ in
        if key == "tag" {
          tagPosition = scanner.position
          tag = try scanner.readString("a string", limit: 64)
        } else {
          bytes = try scanner.readBase64()
        }
      }
      guard let tag, let bytes else {
        throw scanner.error(
          at: start, found: "no \(tag == nil ? "tag" : "data")",
          expected: "tag and data")
      }
      let section = UnknownSection(tag: tag, bytes: bytes)
      do throws(FormatError) {
        try section.validate(after: sections.last)
      } catch {
        throw JSONCheckpointError(
          "\(scanner.field).tag", at: tagPosition, found: error.found,
          expected: error.expected)
      }
      sections.append(section)
    }
    return sections
  }
}

extension JSONScanner {
  /// Reads a string that may only be one thing.
  func readConstant(_ constant: String) throws {
    let start = position
    let text = try readString(quoted(constant), limit: 64)
    guard text == constant else {
      throw error(at: start, found: quoted(text), expected: quoted(constant))
    }
  }

  /// Reads a string of one or more bytes in Base64.
  ///
  /// It is not limited in length: the bytes are as many as the input warrants,
  /// and a file may have as many.
  fileprivate func readBase64() throws -> [UInt8] {
    let start = position
    let text = try readUTF8("a string", limit: Int.max)
    guard let bytes = Base64.decode(text), !bytes.isEmpty else {
      throw error(
        at: start, found: quoted(String(decoding: text, as: UTF8.self)),
        expected: "one or more bytes in Base64")
    }
    return bytes
  }
}
