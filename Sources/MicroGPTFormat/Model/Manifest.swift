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
}
