import MicroGPTText

extension Manifest {
  /// Checks that the parts agree: the vocabulary's size, that the tensors are
  /// just those of the configuration, in order, and the properties.
  ///
  /// - Throws: ``FormatError`` without a byte offset, for the first part that
  ///   does not agree.
  public func validate() throws(FormatError) {
    try validateModel(in: nil)
    try Self.validate(trainingState, .trainingState)
    try Self.validate(metadata, .metadata)
    var previous: UnknownSection?
    for section in unknownSections {
      try section.validate(after: previous)
      previous = section
    }
    let sectionCount =
      4 + (trainingState == nil ? 0 : 1) + (metadata == nil ? 0 : 1)
      + unknownSections.count
    guard sectionCount <= SectionDirectory.maximumCount else {
      throw FormatError(
        .outOfRange, Header.Fields.sectionCount, of: Header.name, at: nil,
        found: "\(sectionCount) sections",
        expected: "at most \(SectionDirectory.maximumCount)")
    }
  }

  /// Checks the vocabulary's size and the tensors alone: all that a file whose
  /// sections are well-formed can still have wrong.
  ///
  /// - Parameter sections: The sections of the file; `nil` if there is none.
  /// - Throws: ``FormatError`` for the first part that does not agree.
  func validateModel(in sections: SectionDirectory?) throws(FormatError) {
    guard vocabulary.size == configuration.vocabularySize else {
      throw FormatError(
        .outOfRange, ConfigurationSection.Fields.vocabularySize,
        of: ConfigurationSection.name, at: sections?[.configuration]?.offset,
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
        throw TensorDirectory.error(
          .unexpected, TensorDirectory.Fields.name, ofTensorAt: index,
          in: sections, found: "\(tensor.role.name) \(quoted(tensor.name))",
          expected: "no tensor after the \(expectedCount) of the model")
      }
      try Self.validate(tensor, at: index, against: expected, in: sections)
    }
    if let missing = expected.next() {
      throw FormatError(
        .missing, TensorDirectory.name, at: sections?[.tensorDirectory]?.offset,
        found: "\(tensors.count) tensors",
        expected: "\(expectedCount), next \(missing.role.name) \(missing.name)"
      )
    }
  }

  private static func validate(
    _ tensor: TensorDescriptor, at index: Int,
    against expected: TensorDescriptor, in sections: SectionDirectory?
  ) throws(FormatError) {
    guard tensor.role == expected.role, tensor.name.isSame(as: expected.name)
    else {
      throw TensorDirectory.error(
        .unexpected, TensorDirectory.Fields.name, ofTensorAt: index,
        in: sections, found: "\(tensor.role.name) \(quoted(tensor.name))",
        expected: "\(expected.role.name) \(expected.name)")
    }
    guard tensor.shape == expected.shape else {
      throw TensorDirectory.error(
        .outOfRange, TensorDirectory.Fields.dimensions, ofTensorAt: index,
        in: sections, found: "\(tensor.shape)",
        expected: "\(expected.shape), the shape of \(expected.name)")
    }
  }

  private static func validate(
    _ properties: Properties?, _ tag: SectionTag
  ) throws(FormatError) {
    guard let properties else { return }
    guard !properties.isEmpty else {
      throw FormatError(
        .outOfRange, tag.letters, found: "no entries",
        expected: "at least one, or no section")
    }
    if let error = properties.firstError {
      throw FormatError(
        .outOfRange, "\(tag.letters).\(error.key)", found: "another value",
        expected: error.expected)
    }
    if let defect = tag.assignedKeys.firstDefect(in: properties) {
      throw FormatError(
        defect.reason, "\(tag.letters).\(defect.key)", found: defect.found,
        expected: defect.expected)
    }
  }
}

extension UnknownSection {
  /// Checks that the section may stand in a file after another one: a good
  /// tag, not a known one, and one or more bytes.
  package func validate(
    after previous: UnknownSection?
  ) throws(FormatError) {
    let field = "section \(quoted(tag))"
    guard let code = SectionTag(tag), code.isSafeToCopy, !code.isCritical,
      !SectionTag.known.contains(code)
    else {
      throw FormatError(
        .unknownCode, field, found: quoted(tag),
        expected: "an unknown ancillary tag that is safe to copy")
    }
    guard !bytes.isEmpty else {
      throw FormatError(
        .outOfRange, field, found: "no bytes", expected: "at least one")
    }
    guard previous.map({ $0.tag.precedes(tag) }) ?? true else {
      throw FormatError(
        .wrongOrder, field, found: "it after \(previous?.tag ?? "")",
        expected: "tags in increasing order")
    }
  }
}
