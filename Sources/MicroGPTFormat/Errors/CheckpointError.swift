@_exported import struct MicroGPTParallel.OutOfMemory

/// Why a checkpoint cannot be read or written.
public enum CheckpointError: Error, Sendable, Hashable {
  /// The operating system refused.
  case system(SystemError)
  /// The bytes break a rule of the format.
  case format(FormatError)
  /// The target is there already, and was not to be replaced.
  case targetExists(path: String)
  /// Another program is writing the same target at this moment.
  case targetBusy(path: String)
  /// The path leads to a folder, a device or a pipe.
  case notARegularFile(path: String)
  /// There is too little memory.
  case outOfMemory(OutOfMemory)
  /// Weights are not finite, which the format permits and use does not.
  case notFinite(NonFiniteElement)
}

extension CheckpointError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .format(let error): error.description
    case .targetExists: "the file exists already"
    case .targetBusy: "another program is writing this file"
    case .notARegularFile(let path):
      path.utf8.last == 0x2F
        ? "a name that ends in / is a folder's, expected a file's"
        : "this is \(kindOfFile(path))"
    case .outOfMemory(let error): error.description
    case .notFinite(let element): element.description
    }
  }
}
