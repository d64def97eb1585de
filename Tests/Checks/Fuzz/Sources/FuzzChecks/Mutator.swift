import CFuzzer

/// Changes checkpoints so that most of them remain ones up to the place of the
/// change: libFuzzer's mutations, applied to a part, with the rest laid out
/// anew around it and the checksums made good.
public enum Mutator {
  /// Changes a file in place.
  ///
  /// - Parameters:
  ///   - file: Room for the result, at its start the file.
  ///   - count: The length of the file.
  ///   - seed: What decides how it is changed.
  /// - Returns: The length of the result.
  public static func mutate(
    _ file: UnsafeMutableRawBufferPointer, count: Int, seed: UInt32
  ) -> Int {
    let bytes = UnsafeRawBufferPointer(rebasing: file.prefix(count))
    let choice = seed % 16
    if choice >= 4, file.count <= capacity, let layout = Layout(bytes) {
      return mutatePart(of: bytes, layout, file, seed: seed / 16)
    }
    let length = LLVMFuzzerMutate(
      file.assumingMemoryBound(to: UInt8.self).baseAddress, count, file.count)
    let changed = UnsafeMutableRawBufferPointer(rebasing: file.prefix(length))
    if choice > 0 { Reseal.all(changed) }
    return length
  }

  /// The longest file whose parts it changes.
  private static let capacity = 1 << 20

  // One thread fuzzes.
  nonisolated(unsafe) private static let part = room()
  nonisolated(unsafe) private static let plain = room()
  nonisolated(unsafe) private static let result = room()

  private static func room() -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: capacity, alignment: 64)
  }

  // MARK: - Parts

  private static func mutatePart(
    of bytes: UnsafeRawBufferPointer, _ layout: Layout,
    _ file: UnsafeMutableRawBufferPointer, seed: UInt32
  ) -> Int {
    let count = layout.sections.count + layout.tensors.count + 1
    let choice = Int(seed) % count
    let seed = Int(seed) / count
    // Padding may grow, by up to a unit for each part.
    let slack = max(0, file.count - bytes.count - Layout.alignment * count)
    if choice < layout.sections.count, choice != layout.data {
      let range = layout.sections[choice].range
      let length = change(bytes, range, room: range.count + slack)
      return rebuild(file, bytes, layout, replacing: range, by: length)
    }
    let index = choice - layout.sections.count
    guard layout.tensors.indices.contains(index) else {
      // Header and directory, or DATA as a whole.
      let end = 64 + 32 * layout.sections.count
      let range =
        layout.data == choice ? layout.sections[choice].range : 0..<end
      _ = change(bytes, range, room: range.count)
      UnsafeMutableRawBufferPointer(rebasing: file[range])
        .copyMemory(
          from: UnsafeRawBufferPointer(rebasing: part[..<range.count]))
      let changed = UnsafeMutableRawBufferPointer(
        rebasing: file[..<bytes.count])
      Reseal.all(changed)
      return bytes.count
    }
    let planes = layout.planes(ofTensorAt: index, in: bytes)
    let tensor = layout.tensors[index].range
    let length: Int
    if planes.isEmpty {
      length = change(bytes, tensor, room: tensor.count)
    } else if seed % 4 == 0 {
      length = change(bytes, tensor, room: tensor.count + slack)
    } else {
      length = change(
        bytes, tensor, planes[seed / 4 % planes.count], room: slack,
        inflating: seed / 32 % 2 == 0)
    }
    let newCount = rebuild(file, bytes, layout, replacing: tensor, by: length)
    if !planes.isEmpty, seed / 64 % 2 == 0 {
      Reseal.tensor(
        index, UnsafeMutableRawBufferPointer(rebasing: file[..<newCount]))
    }
    return newCount
  }

  /// Copies a range to `part` and changes it there.
  private static func change(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, room: Int
  ) -> Int {
    part.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
    return LLVMFuzzerMutate(
      part.assumingMemoryBound(to: UInt8.self).baseAddress, range.count,
      min(room, capacity))
  }

  /// Copies a tensor to `part` and changes one of its planes there, as it is or
  /// what it inflates to; the table's length of it follows.
  private static func change(
    _ bytes: UnsafeRawBufferPointer, _ tensor: Range<Int>,
    _ plane: Layout.Part, room: Int, inflating: Bool
  ) -> Int {
    let stored = UnsafeRawBufferPointer(rebasing: bytes[plane.range])
    let start = plane.range.lowerBound - tensor.lowerBound
    let rest = UnsafeRawBufferPointer(
      rebasing: bytes[plane.range.upperBound..<tensor.upperBound])
    part.copyMemory(
      from: UnsafeRawBufferPointer(
        rebasing: bytes[tensor.lowerBound..<plane.range.lowerBound]))
    var length = stored.count
    plain.copyMemory(from: stored)
    let start8 = plain.assumingMemoryBound(to: UInt8.self).baseAddress
    var inflatedCount = UInt(1 << 16)
    let isInflated =
      inflating
      && uncompress(
        start8, &inflatedCount,
        stored.assumingMemoryBound(to: UInt8.self)
          .baseAddress, UInt(stored.count)) == Z_OK
    if isInflated {
      let changed = LLVMFuzzerMutate(start8, Int(inflatedCount), 1 << 16)
      var deflated = UInt(capacity - start)
      compress2(
        part.assumingMemoryBound(to: UInt8.self).baseAddress.map { $0 + start },
        &deflated, start8, UInt(changed), 1)
      length = Int(deflated)
      // What does not fit is left as it was.
      if length > stored.count + room { length = 0 }
    } else {
      plain.copyMemory(from: stored)
      length = LLVMFuzzerMutate(start8, stored.count, stored.count + room)
      UnsafeMutableRawBufferPointer(rebasing: part[start...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: plain[..<length]))
    }
    UnsafeMutableRawBufferPointer(rebasing: part[(start + length)...])
      .copyMemory(from: rest)
    let kind = bytes.word(at: plane.entry) & 0xff00_0000
    part.store(
      UInt32(length) & 0xff_ffff | kind, at: plane.entry - tensor.lowerBound)
    return start + length + rest.count
  }

  // MARK: - The whole

  /// Lays a file out anew with what is in `part` in place of a section or
  /// tensor.
  private static func rebuild(
    _ file: UnsafeMutableRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
    _ layout: Layout, replacing range: Range<Int>, by count: Int
  ) -> Int {
    var end = 64 + 32 * layout.sections.count
    result.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    /// Copies a part to the next place, which it returns.
    func place(_ old: Range<Int>) -> Range<Int> {
      let new =
        old == range
        ? UnsafeRawBufferPointer(rebasing: part[..<count])
        : UnsafeRawBufferPointer(rebasing: bytes[old])
      let start =
        (end + Layout.alignment - 1) / Layout.alignment * Layout.alignment
      guard start + new.count <= min(file.count, capacity) else {
        return end..<end
      }
      for index in end..<start { result[index] = 0 }
      UnsafeMutableRawBufferPointer(rebasing: result[start...])
        .copyMemory(from: new)
      end = start + new.count
      return start..<end
    }
    var directory = 0..<0
    for (index, section) in layout.sections.enumerated() {
      var placed: Range<Int>
      if index == layout.data, !layout.tensors.isEmpty {
        placed = 0..<0
        for tensor in layout.tensors {
          let range = place(tensor.range)
          if placed.isEmpty { placed = range }
          placed = placed.lowerBound..<range.upperBound
          let record =
            tensor.entry
            + (directory.lowerBound
              - (layout.tensorDirectory.map {
                layout.sections[$0].range.lowerBound
              } ?? 0))
          guard record + Layout.recordByteCount <= directory.upperBound else {
            continue
          }
          result.store(UInt64(range.lowerBound), at: record + 88)
          result.store(UInt64(range.count), at: record + 96)
        }
      } else {
        placed = place(section.range)
      }
      if index == layout.tensorDirectory { directory = placed }
      result.store(UInt64(placed.lowerBound), at: section.entry + 8)
      result.store(UInt64(placed.count), at: section.entry + 16)
    }
    result.store(UInt64(end), at: 16)
    Reseal.all(UnsafeMutableRawBufferPointer(rebasing: result[..<end]))
    file.copyMemory(from: UnsafeRawBufferPointer(rebasing: result[..<end]))
    return end
  }
}
