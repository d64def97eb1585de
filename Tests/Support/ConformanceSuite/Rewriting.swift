import MicroGPTFormat

extension ConformanceSuite {
  /// What the writer makes of the content of a file.
  ///
  /// - Parameter file: A checkpoint.
  /// - Returns: The canonical checkpoint, without what may not be copied.
  /// - Throws: `CheckpointError` if the file breaks a rule.
  public static func rewritten(_ file: [UInt8]) throws -> [UInt8] {
    let checkpoint = try Checkpoint(bytes: file)
    let file = MemoryFile()
    let writer = try CheckpointWriter(checkpoint.manifest, to: file)
    for index in checkpoint.tensors.indices {
      var reader = try TensorReader(checkpoint, tensorAt: index)
      while let chunk = try reader.next() { try writer.append(chunk) }
    }
    try writer.finish()
    return file.bytes
  }
}
