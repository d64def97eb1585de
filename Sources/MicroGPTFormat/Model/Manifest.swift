import MicroGPTText

/// Everything in a checkpoint but the elements of its tensors.
///
/// A reader gives it and a writer takes it, so a file is copied by handing on
/// the manifest and each tensor's bytes.
public struct Manifest: Sendable, Hashable {
  /// The dimensions of the model.
  public var configuration: GPTConfiguration
  /// The characters of the model.
  public var vocabulary: Vocabulary
  /// The tensors in the file's order: by role, then by name.
  public var tensors: [TensorDescriptor]
  /// The state of a training run (oPTM); there exactly if Adam's moments are.
  public var trainingState: Properties?
  /// Labels (mETa).
  public var metadata: Properties?
  /// Sections that this version does not know and may be copied, sorted by tag.
  public var unknownSections: [UnknownSection]

  /// Creates the manifest of a model whose weights are all stored alike.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - vocabulary: The characters of the model.
  ///   - elementType: How elements are stored.
  ///   - codec: How tensors are stored.
  public init(
    configuration: GPTConfiguration, vocabulary: Vocabulary,
    elementType: ElementType, codec: Codec
  ) {
    self.init(
      configuration: configuration, vocabulary: vocabulary,
      tensors: configuration.tensorDescriptors(
        elementType: elementType, codec: codec))
  }

  /// Creates a manifest of given tensors.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - vocabulary: The characters of the model.
  ///   - tensors: The tensors, by role, then by name.
  ///   - trainingState: The state of a training run.
  ///   - metadata: Labels.
  ///   - unknownSections: Unknown sections that may be copied, sorted by tag.
  public init(
    configuration: GPTConfiguration, vocabulary: Vocabulary,
    tensors: [TensorDescriptor], trainingState: Properties? = nil,
    metadata: Properties? = nil, unknownSections: [UnknownSection] = []
  ) {
    self.configuration = configuration
    self.vocabulary = vocabulary
    self.tensors = tensors
    self.trainingState = trainingState
    self.metadata = metadata
    self.unknownSections = unknownSections
  }

  /// The model alone: without training state, moments, labels and unknown
  /// sections.
  public var stripped: Manifest {
    Manifest(
      configuration: configuration, vocabulary: vocabulary,
      tensors: tensors.filter { $0.role == .weight })
  }

  /// The same manifest with every tensor stored in one way.
  ///
  /// - Parameter codec: How tensors are stored.
  /// - Returns: A manifest that differs in the tensors' codec alone.
  public func with(codec: Codec) -> Manifest {
    var changed = self
    for index in changed.tensors.indices {
      changed.tensors[index].codec = codec
    }
    return changed
  }

  /// The same manifest with the elements of every tensor, weights and moments
  /// alike, stored in one type.
  ///
  /// - Parameter elementType: How an element is stored.
  /// - Returns: A manifest that differs in the tensors' type of element alone.
  public func with(elementType: ElementType) -> Manifest {
    var changed = self
    for index in changed.tensors.indices {
      changed.tensors[index].elementType = elementType
    }
    return changed
  }

  /// Checks that the parts agree: the vocabulary's size, that the tensors are
  /// just those of the configuration, in order, and the properties.
  ///
  /// - Throws: ``FormatError`` without a byte offset, for the first part that
  ///   does not agree.
  public func validate() throws(FormatError) {
    try validateTensors(sectionOffsets: nil)
    try Self.validate(trainingState, .trainingState)
    try Self.validate(metadata, .metadata)
    try UnknownSection.validate(unknownSections)
    let sectionCount =
      4 + (trainingState == nil ? 0 : 1) + (metadata == nil ? 0 : 1)
      + unknownSections.count
    guard sectionCount <= SectionDirectory.maximumCount else {
      throw FormatError(
        .outOfRange, "header.section_count", at: Int?.none,
        found: "\(sectionCount) sections",
        expected: "at most \(SectionDirectory.maximumCount)")
    }
  }

  /// Checks the vocabulary's size and the tensors alone: all that a file whose
  /// sections are well-formed can still have wrong.
  ///
  /// - Parameter sectionOffsets: The places of CONF and TDIR in the file.
  /// - Throws: ``FormatError`` for the first part that does not agree.
  func validateTensors(
    sectionOffsets: (configuration: Int, directory: Int)?
  ) throws(FormatError) {
    func offset(_ index: Int) -> Int? {
      sectionOffsets.map {
        $0.directory + index * TensorDirectory.recordByteCount
      }
    }
    guard vocabulary.size == configuration.vocabularySize else {
      throw FormatError(
        .outOfRange, "CONF.vocab_size",
        at: sectionOffsets.map { $0.configuration + 28 },
        found: "\(configuration.vocabularySize)",
        expected: "\(vocabulary.size), the characters of VOCB and BOS")
    }
    let includingMoments = trainingState != nil
    // Six weights a layer, and three beside them.
    let expectedCount =
      (6 * configuration.layerCount + 3) * (includingMoments ? 3 : 1)
    var expected = configuration.orderedTensors(
      elementType: .f32, codec: .raw, includingMoments: includingMoments
    ).makeIterator()
    for (index, tensor) in tensors.enumerated() {
      guard let expected = expected.next() else {
        throw FormatError(
          .unexpected, "TDIR[\(index)].name", at: offset(index),
          found: "\(tensor.role.name) \(quoted(tensor.name))",
          expected: "no tensor after the \(expectedCount) of the model")
      }
      try Self.validate(
        tensor, at: index, against: expected, byteOffset: offset(index))
    }
    if let missing = expected.next() {
      throw FormatError(
        .missing, "TDIR", at: sectionOffsets?.directory,
        found: "\(tensors.count) tensors",
        expected: "\(expectedCount), next \(missing.role.name) \(missing.name)"
      )
    }
  }

  private static func validate(
    _ properties: Properties?, _ tag: SectionTag
  ) throws(FormatError) {
    guard let properties else { return }
    guard !properties.values.isEmpty else {
      throw FormatError(
        .outOfRange, tag.letters, at: Int?.none, found: "no entries",
        expected: "at least one, or no section")
    }
    for key in properties.sortedKeys {
      guard let value = properties.values[key],
        let expected = Properties.defect(ofKey: key)
          ?? Properties.defect(of: value)
      else { continue }
      throw FormatError(
        .outOfRange, "\(tag.letters).\(key)", at: Int?.none,
        found: "another value", expected: expected)
    }
    if let defect = tag.assignedKeys.firstDefect(in: properties) {
      throw FormatError(
        defect.reason, "\(tag.letters).\(defect.key)", at: Int?.none,
        found: defect.found, expected: defect.expected)
    }
  }

  private static func validate(
    _ tensor: TensorDescriptor, at index: Int,
    against expected: TensorDescriptor, byteOffset: Int?
  ) throws(FormatError) {
    guard tensor.role == expected.role, tensor.name.isSame(as: expected.name)
    else {
      throw FormatError(
        .unexpected, "TDIR[\(index)].name", at: byteOffset,
        found: "\(tensor.role.name) \(quoted(tensor.name))",
        expected: "\(expected.role.name) \(expected.name)")
    }
    guard tensor.shape == expected.shape else {
      throw FormatError(
        .outOfRange, "TDIR[\(index)].dims", at: byteOffset.map { $0 + 56 },
        found: "\(tensor.shape)",
        expected: "\(expected.shape), the shape of \(expected.name)")
    }
  }
}
