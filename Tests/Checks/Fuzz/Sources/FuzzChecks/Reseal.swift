import MicroGPTFormat

/// Makes checksums good again, so that a change is noticed by the check that it
/// is meant for, and not by a checksum before it.
enum Reseal {
  /// Those of chunks, raw tensors, sections, the directory and the header,
  /// where they lie in the file.
  static func all(_ file: UnsafeMutableRawBufferPointer) {
    let bytes = UnsafeRawBufferPointer(file)
    guard let layout = Layout(bytes) else { return header(file) }
    for (index, tensor) in layout.tensors.enumerated() {
      if file[tensor.entry + 50] == 0 {
        file.store(bytes.crc32(tensor.range), at: tensor.entry + 52)
      } else if let last = layout.planes(ofTensorAt: index, in: bytes).last {
        let start = tensor.range.lowerBound
        file.store(
          bytes.crc32(start + 4..<last.range.upperBound), at: start)
      }
    }
    head(file, layout)
  }

  /// Those of sections, the directory and the header.
  private static func head(
    _ file: UnsafeMutableRawBufferPointer, _ layout: Layout
  ) {
    let bytes = UnsafeRawBufferPointer(file)
    for (index, section) in layout.sections.enumerated()
    where index != layout.data {
      file.store(bytes.crc32(section.range), at: section.entry + 24)
    }
    let end = 64 + 32 * layout.sections.count
    file.store(bytes.crc32(64..<end), at: 36)
    header(file)
  }

  private static func header(_ file: UnsafeMutableRawBufferPointer) {
    guard file.count >= 64 else { return }
    file.store(UnsafeRawBufferPointer(file).crc32(0..<60), at: 60)
  }

  /// That of a compressed tensor's decoded bytes, which the reader tells.
  static func tensor(_ index: Int, _ file: UnsafeMutableRawBufferPointer) {
    guard let layout = Layout(UnsafeRawBufferPointer(file)),
      layout.tensors.indices.contains(index)
    else { return }
    do {
      let checkpoint = try Checkpoint(bytes: Array(file))
      var reader = try TensorReader(checkpoint, tensorAt: index)
      while try reader.next() != nil {}
    } catch CheckpointError.format(let error) {
      // “0x1a2b3c4d, the checksum of …”
      let digits = error.expected.dropFirst(2).prefix(8)
      guard error.field == "TDIR[\(index)].crc32",
        let checksum = UInt32(digits, radix: 16)
      else { return }
      file.store(checksum, at: layout.tensors[index].entry + 52)
      head(file, layout)
    } catch {}
  }
}
