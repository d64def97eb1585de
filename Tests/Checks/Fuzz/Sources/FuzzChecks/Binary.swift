import MicroGPTFormat

/// What must hold of the binary reader, whatever the bytes.
public enum Binary {
  /// Opens bytes and, if they are a checkpoint, checks what follows from that.
  ///
  /// - Parameter bytes: Anything.
  public static func check(_ bytes: UnsafeRawBufferPointer) {
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint(bytes: Array(bytes))
    } catch {
      return require(!error.description.isEmpty, "an error says something")
    }
    let isVerified = (try? checkpoint.verify()) != nil
    require(
      (try? checkpoint.fingerprint()) != nil || !isVerified,
      "a verified file has a fingerprint")
    var areRead = true
    for index in checkpoint.tensors.indices {
      let floats = try? checkpoint.floats(ofTensorAt: index)
      areRead = areRead && floats != nil
      let count = checkpoint.tensors[index].descriptor.elementCount
      require(floats.map { $0.count == count } ?? true, "all elements")
    }
    require(areRead == isVerified, "what is verified can be read")
    guard isVerified else { return }
    require(throwing: "a verified file can be written") {
      try checkCopies(of: checkpoint, bytes)
    }
  }

  /// Writes a checkpoint anew, and the copy again.
  private static func checkCopies(
    of checkpoint: Checkpoint, _ bytes: UnsafeRawBufferPointer
  ) throws {
    let copy = try rewritten(checkpoint)
    let reopened = try Checkpoint(bytes: copy)
    // How a tensor is stored is the writer's choice where compression does
    // not pay.
    require(
      reopened.manifest.with(codec: .raw)
        == checkpoint.manifest.with(codec: .raw), "the same manifest")
    require(
      try reopened.fingerprint() == checkpoint.fingerprint(),
      "the same fingerprint")
    require(try rewritten(reopened) == copy, "the copy is canonical")
    let manifest = checkpoint.manifest
    let isCanonical =
      checkpoint.version.description == "1.0"
      && manifest.tensors.allSatisfy { $0.codec == .raw }
      && checkpoint.sections.count == reopened.sections.count
    require(
      !isCanonical || copy.elementsEqual(bytes), "raw files are canonical")
  }

  /// The canonical file of a checkpoint's content.
  static func rewritten(_ checkpoint: Checkpoint) throws -> [UInt8] {
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
