import CMicroGPTSystem
import MicroGPTFormat

extension Checkpoint {
  /// Opens a checkpoint that a user names, a stream too.
  ///
  /// - Parameters:
  ///   - path: The checkpoint; `-` stands for standard input.
  ///   - mode: How a file's bytes come into memory.
  /// - Throws: ``CommandFailure`` if it cannot be read or is none.
  public convenience init(
    named path: String, mode: Checkpoint.OpeningMode = .automatic
  ) throws(CommandFailure) {
    do {
      // A pipe can be opened only once, so this is asked first.
      if path == "-" || mgpt_is_stream(path) == 1 {
        try self.init(bytes: Self.bytes(ofStream: path))
      } else {
        try self.init(path: path, mode: mode)
      }
    } catch let error as CheckpointError {
      throw .reading(error, path == "-" ? "standard input" : path)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .noInput("\(path): \(error)")
    }
  }

  /// The bytes of a stream, to its end if it begins as a checkpoint does; a
  /// device may have no end.
  private static func bytes(
    ofStream path: String
  ) throws(CommandFailure) -> [UInt8] {
    let input = try InputFile(path)
    let start = try input.readToEnd(atMost: 8)
    guard start.first == 0x89 else { return start }
    return start + (try input.readToEnd())
  }
}
