/// Why a run cannot go on from a checkpoint.
public enum TrainingStateError: Error, Sendable, Hashable {
  /// It holds a model alone.
  case missing
  /// Something that this trainer does not know determines the run.
  case unknownKey(String)
  /// A value that this trainer does not know.
  case value(key: String, found: String, expected: String)
  /// An option that this trainer does not allow.
  case options(TrainingOptionError)
}

extension TrainingStateError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .missing:
      "there is no training state to go on from, only a model"
    case .unknownKey(let key):
      "oPTM.\(key) is unknown to this trainer, which would go on otherwise"
        + " than was asked"
    case .value(let key, let found, let expected):
      "oPTM.\(key) is \(found), expected \(expected)"
    case .options(let error): "oPTM: \(error)"
    }
  }
}
