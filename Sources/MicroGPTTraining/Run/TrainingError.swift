import MicroGPTFormat

/// Why a training cannot begin or go on.
public enum TrainingError: Error, Sendable, Hashable {
  /// The model's vocabulary is not that of the data.
  case vocabularySize(model: Int, data: Int)
  /// The data were not read with the vocabulary of the checkpoint.
  case vocabularyMismatch
  /// Training needs more memory than is available; see
  /// ``Trainer/memoryNeeded(configuration:options:longestDocumentLength:threadCount:)``.
  case outOfMemory(OutOfMemory)
  /// The text does not fill a window.
  case textTooShort(characterCount: Int, blockSize: Int)
  /// One document cannot be both trained on and held out.
  case tooFewDocuments
  /// What is held out of the text does not fill a window.
  case heldOutTooShort(characterCount: Int, blockSize: Int)
  /// Neither what is before nor what is behind the text held out fills a
  /// window.
  case restTooShort(blockSize: Int)
  /// The run began with other data; both as their SHA-256.
  case dataMismatch(found: String, expected: String)
  /// The text differs from that of the run in the ends of its lines, or in a
  /// byte-order mark, alone; both as their SHA-256.
  case otherLineEnds(found: String, expected: String)
  /// The checkpoint's elements are not of the type in which the run computes.
  case elementTypeMismatch(found: ElementType, expected: ElementType)
  /// The checkpoint's training state does not allow it.
  case state(TrainingStateError)
  /// The checkpoint is damaged or cannot be read.
  case checkpoint(CheckpointError)
}

extension TrainingError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .vocabularySize(let model, let data):
      "vocab_size is \(model), expected \(data) as in the data"
    case .vocabularyMismatch: "the data were read with another vocabulary"
    case .outOfMemory(let error): error.description
    case .textTooShort(let count, let blockSize):
      "the text has \(count) characters, expected at least \(blockSize)"
        + " (block_size)"
    case .tooFewDocuments:
      "the data has 1 document, expected at least 2 to hold some out"
    case .heldOutTooShort(let count, let blockSize):
      "the text held out has \(count) characters, expected at least"
        + " \(blockSize) (block_size)"
    case .restTooShort(let blockSize):
      "the text before and behind what is held out has less than \(blockSize)"
        + " characters (block_size) each"
    case .dataMismatch(let found, let expected):
      "the run began with other data: data_sha256 is \(found), expected"
        + " \(expected)"
    case .otherLineEnds(let found, let expected):
      "the text is that of the run but for the ends of its lines or a"
        + " byte-order mark, on which the windows depend: data_sha256 is"
        + " \(found), expected \(expected)"
    case .elementTypeMismatch(let found, let expected):
      "dtype is \(found.name), expected \(expected.name): a run goes on with"
        + " the elements that it left"
    case .state(let error): error.description
    case .checkpoint(let error): error.description
    }
  }
}
