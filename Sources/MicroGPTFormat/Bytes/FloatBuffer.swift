/// Memory for floats that stays in one place, aligned to a cache line.
///
/// Threads may share one as long as none writes what another uses.
package final class FloatBuffer: @unchecked Sendable {
  /// The first float.
  package let base: UnsafeMutablePointer<Float>
  /// The number of floats.
  package let count: Int

  private init(uninitialized count: Int) {
    self.count = count
    base = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count * MemoryLayout<Float>.stride),
      alignment: SectionDirectory.alignment
    ).bindMemory(to: Float.self, capacity: count)
  }

  /// Memory for zeros.
  package convenience init(count: Int) {
    self.init(uninitialized: count)
    base.initialize(repeating: 0, count: count)
  }

  /// Memory with a copy of some floats.
  package convenience init(copying floats: [Float]) {
    self.init(uninitialized: floats.count)
    _ = UnsafeMutableBufferPointer(start: base, count: count)
      .initialize(from: floats)
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  /// Makes all of them 0.
  package func clear() {
    base.update(repeating: 0, count: count)
  }
}
