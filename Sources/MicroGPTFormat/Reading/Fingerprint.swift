extension Checkpoint {
  /// The model's identity: the SHA-256 of its canonical raw file without
  /// training state, metadata or unknown sections.
  ///
  /// It is the same for the raw, the compressed, the stripped and the JSON form
  /// of a model, and anybody can compute it from the first of them with
  /// standard tools.
  ///
  /// Spec: section 11.
  ///
  /// - Returns: 64 hexadecimal digits.
  /// - Throws: ``CheckpointError`` if a tensor is damaged.
  /// - Complexity: O(decoded bytes of the weights).
  public func fingerprint() throws(CheckpointError) -> String {
    let model = manifest.stripped.with(codec: .raw)
    let layout = FileLayout(model)
    var end = layout.dataOffset
    var records: [TensorRecord] = []
    // Weights stand first, so their checksums are the first ones.
    for (tensor, original) in zip(model.tensors, tensors) {
      let offset = SectionDirectory.aligned(end)
      records.append(
        TensorRecord(
          descriptor: tensor, checksum: original.checksum, offset: offset,
          storedByteCount: tensor.byteCount))
      end = offset + tensor.byteCount
    }

    var hash = SHA256()
    layout.assemble(records).head.withUnsafeBytes { hash.update($0) }
    end = layout.dataOffset
    for (index, record) in records.enumerated() {
      let padding = [UInt8](repeating: 0, count: record.offset - end)
      padding.withUnsafeBytes { hash.update($0) }
      var reader = try TensorReader(self, tensorAt: index)
      while let chunk = try reader.next() { hash.update(chunk) }
      end = record.range.upperBound
    }
    return hash.hexadecimalDigest()
  }
}
