import MicroGPTFormat

/// A run, the data that it was begun with, and the files that it left.
extension TrainingState {
  /// Refuses data that the run did not begin with.
  ///
  /// Of lines, only the documents matter. Windows of a text begin at bytes, so
  /// it has to be the same to the byte.
  ///
  /// - Parameter corpus: The data.
  /// - Throws: ``TrainingError``.
  public func check(_ corpus: Corpus) throws(TrainingError) {
    if let dataDigest, corpus.digest != dataDigest {
      switch corpus {
      case .lines(let dataSet):
        guard
          dataSet.holdsDocuments(ofText: dataDigest, documents: documentDigest)
        else {
          throw .otherData(found: corpus.digest, expected: dataDigest)
        }
      case .text(let text):
        throw text.isOtherForm(ofText: dataDigest)
          ? .otherLineEnds(found: corpus.digest, expected: dataDigest)
          : .otherData(found: corpus.digest, expected: dataDigest)
      }
    }
    guard corpus.kind == document else {
      throw .state(
        .value(
          key: "document", found: document.rawValue,
          expected: corpus.kind.rawValue))
    }
  }

  /// Refuses elements that are not those that the run left.
  ///
  /// - Parameters:
  ///   - manifest: What the checkpoint says.
  ///   - type: The type in which the trainer computes.
  /// - Throws: ``TrainingError/elementType(found:expected:)``.
  public static func check(
    _ manifest: Manifest, holds type: ElementType
  ) throws(TrainingError) {
    let other = manifest.tensors.first { $0.elementType != type }
    if let other {
      throw .elementType(found: other.elementType, expected: type)
    }
  }

  /// How the run stores its tensors, whatever became of a file since.
  ///
  /// - Parameter manifest: What a checkpoint of the run says.
  /// - Returns: The type of element in which it computes, and the codec.
  public static func storage(
    of manifest: Manifest
  ) -> (elementType: ElementType, codec: Codec) {
    let values = manifest.trainingState ?? Properties()
    return (
      values[elementTypeKey] == .text(ElementType.f64.name) ? .f64 : .f32,
      values[codecKey] == .text(Codec.raw.name) ? .raw : .zlib
    )
  }

  /// What a checkpoint of the run says.
  ///
  /// - Parameters:
  ///   - configuration: The dimensions of the model.
  ///   - vocabulary: The characters of the model.
  ///   - elementType: How elements are stored.
  ///   - codec: How tensors are stored.
  ///   - documentCount: The number of documents trained on; `nil` for a text.
  ///   - labels: Labels beside those that the run sets itself.
  /// - Returns: The manifest, with moments.
  public func manifest(
    _ configuration: GPTConfiguration, _ vocabulary: Vocabulary,
    elementType: ElementType, codec: Codec, documentCount: Int?,
    labels: Properties?
  ) -> Manifest {
    var values = self.labels(beside: labels).dictionary
    var state = properties.dictionary
    state[Self.elementTypeKey] =
      elementType == .f32 ? nil : .text(elementType.name)
    state[Self.codecKey] = codec == .zlib ? nil : .text(codec.name)
    values["data_documents"] = documentCount.map { .integers([UInt64($0)]) }
    return Manifest(
      configuration: configuration, vocabulary: vocabulary,
      tensors: configuration.tensorDescriptors(
        elementType: elementType, codec: codec, includingMoments: true),
      trainingState: Properties(checked: state),
      metadata: Properties(checked: values))
  }

  static let elementTypeKey = "microgpt.dtype"
  static let codecKey = "microgpt.codec"
}
