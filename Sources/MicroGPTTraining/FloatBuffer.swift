/// Memory for floats that stays in one place, all 0 at first.
///
/// Threads may share one as long as none writes what another uses.
final class FloatBuffer: @unchecked Sendable {
  /// The first float, aligned to a cache line.
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count * MemoryLayout<Float>.stride), alignment: 64)
    base = memory.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  func clear() {
    base.update(repeating: 0, count: count)
  }
}

/// Deals out consecutive places in a buffer that is still to be made.
struct BufferLayout {
  /// The floats dealt out so far; `Int.max` if there are too many to count.
  private(set) var count = 0

  /// Reserves rows × columns floats.
  ///
  /// - Returns: The index of the first.
  mutating func take(_ rows: Int, _ columns: Int = 1) -> Int {
    let start = count
    let size = rows.multipliedReportingOverflow(by: columns)
    let end = start.addingReportingOverflow(size.partialValue)
    count = size.overflow || end.overflow ? Int.max : end.partialValue
    return start
  }
}
