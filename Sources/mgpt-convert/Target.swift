import MicroGPTCommandLine
import MicroGPTFormat

/// Where the output goes, and its form.
struct Target {
  let output: OutputTarget
  let form: Form

  /// Writes a checkpoint.
  ///
  /// - Parameters:
  ///   - manifest: Everything but the tensors' elements.
  ///   - body: Gives the elements to the sink that it gets.
  /// - Throws: `CommandFailure` if it cannot be written; what the body throws.
  func writeBinary(
    _ manifest: Manifest, _ body: (OutputTarget.Sink) throws -> Void
  ) throws {
    // Where the parts end up is known last but stands first, so what goes to
    // a stream is made in memory.
    let memory = MemoryFile()
    let writer = try output.reporting { () throws(CheckpointError) in
      switch output {
      case .stream: try CheckpointWriter(manifest, to: memory)
      case .file(let path, let isReplaced):
        try CheckpointWriter(manifest, path: path, replacing: isReplaced)
      }
    }
    try body { bytes in
      try output.reporting { () throws(CheckpointError) in
        try writer.append(bytes)
      }
    }
    _ = try output.reporting { () throws(CheckpointError) in
      try writer.finish()
    }
    guard case .stream = output else { return }
    try output.write { sink in
      try memory.bytes.withUnsafeBytes { try sink($0) }
    }
  }
}
