import MicroGPTCommandLine
import MicroGPTFormat

/// Where the output goes: a file that appears when it is whole, or standard
/// output.
struct Target {
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  let path: String
  let isReplaced: Bool
  let form: Form

  private var isStandardOutput: Bool { path == "-" }

  /// Writes a checkpoint file.
  ///
  /// - Parameters:
  ///   - manifest: Everything but the tensors' elements.
  ///   - body: Gives the elements to the sink that it gets.
  /// - Throws: `CommandFailure` if it cannot be written; what the body throws.
  func writeBinary(
    _ manifest: Manifest, _ body: (Sink) throws -> Void
  ) throws {
    // Where the parts end up is known last but stands first, so what goes to
    // standard output is made in memory.
    let writer = try reporting { () throws(CheckpointError) in
      isStandardOutput
        ? try CheckpointWriter(manifest)
        : try CheckpointWriter(manifest, path: path, replacing: isReplaced)
    }
    try body { bytes in
      try reporting { () throws(CheckpointError) in try writer.append(bytes) }
    }
    if isStandardOutput {
      try StandardOutput.write(
        reporting { () throws(CheckpointError) in try writer.finishedBytes() })
    } else {
      _ = try reporting { () throws(CheckpointError) in try writer.finish() }
    }
  }

  /// Writes text.
  ///
  /// - Parameter body: Gives the text to the sink that it gets.
  /// - Throws: `CommandFailure` if it cannot be written; what the body throws.
  func writeText(_ body: (Sink) throws -> Void) throws {
    guard !isStandardOutput else {
      return try body { try StandardOutput.write($0) }
    }
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
    try reporting { () throws(CheckpointError) in try file.finish() }
  }

  private func reporting<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      throw CommandFailure.writing(
        error, isStandardOutput ? "standard output" : path)
    }
  }
}
