import CMicroGPTSystem
import MicroGPTFormat

/// Where a program writes what it makes.
public enum OutputTarget {
  /// Takes the bytes that it is given, one piece after another.
  public typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  /// A file that appears, or replaces the old one, when it is whole.
  case file(path: String, isReplaced: Bool)
  /// What cannot be replaced, so that the bytes go straight to it.
  case stream(ByteStream)

  /// Checks a target before work on its contents begins.
  ///
  /// - Parameters:
  ///   - path: The target; `-` stands for standard output.
  ///   - replacing: Whether it may be there already, if it is a file.
  /// - Throws: ``CommandFailure`` if it cannot be written.
  public init(_ path: String, replacing: Bool) throws(CommandFailure) {
    if path == "-" {
      self = .stream(.standardOutput)
    } else if mgpt_is_stream(path) == 1 {
      self = .stream(try ByteStream(opening: path))
    } else {
      self = .file(path: path, isReplaced: replacing)
      try reporting { () throws(CheckpointError) in
        try AtomicFile.checkWritable(at: path, replacing: replacing)
      }
    }
  }

  /// Writes bytes.
  ///
  /// - Parameter body: Gives the bytes to the sink that it gets.
  /// - Throws: ``CommandFailure`` if they cannot be written; what the body
  ///   throws.
  public func write(_ body: (Sink) throws -> Void) throws {
    switch self {
    case .stream(let stream):
      try body { try stream.write($0) }
    case .file(let path, let isReplaced):
      let file = try reporting { () throws(CheckpointError) in
        try AtomicFile(path: path, replacing: isReplaced)
      }
      var end = 0
      try body { bytes in
        try reporting { () throws(CheckpointError) in
          try file.write(bytes, at: end)
        }
        end += bytes.count
      }
      try reporting { () throws(CheckpointError) in try file.commit() }
    }
  }

  /// Does a part of the writing, and names the target if it fails.
  ///
  /// - Parameter body: The part.
  /// - Returns: What it returns.
  /// - Throws: ``CommandFailure`` if it fails.
  public func reporting<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(CommandFailure) -> Result {
    do {
      return try body()
    } catch {
      throw .writing(error, name)
    }
  }

  private var name: String {
    switch self {
    case .stream(let stream): stream.name
    case .file(let path, _): path
    }
  }
}
