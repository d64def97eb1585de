import CMicroGPTSystem

/// Memory for floats that stays in one place, aligned to a cache line.
///
/// Threads may share one as long as none writes what another uses.
package final class FloatBuffer: @unchecked Sendable {
  /// The first float.
  package let base: UnsafeMutablePointer<Float>
  /// The number of floats.
  package let count: Int

  private init(_ base: UnsafeMutablePointer<Float>, count: Int) {
    self.base = base
    self.count = count
  }

  /// Memory for zeros.
  ///
  /// - Parameters:
  ///   - count: The number of floats.
  ///   - purpose: What they are needed for.
  /// - Throws: ``OutOfMemory``.
  package convenience init(
    count: Int, for purpose: String
  ) throws(OutOfMemory) {
    try self.init(uninitialized: count, for: purpose)
    base.initialize(repeating: 0, count: count)
  }

  /// Memory for floats that are all still to be initialized.
  ///
  /// - Parameters:
  ///   - count: The number of floats.
  ///   - purpose: What they are needed for.
  /// - Throws: ``OutOfMemory``.
  package convenience init(
    uninitialized count: Int, for purpose: String
  ) throws(OutOfMemory) {
    let size = count.multipliedReportingOverflow(
      by: MemoryLayout<Float>.stride)
    let byteCount = size.overflow ? Int.max : size.partialValue
    // Whatever throws comes before the object: Embedded Swift 6.3 would not
    // free it.
    guard count >= 0, let start = mgpt_allocate(byteCount) else {
      throw OutOfMemory(purpose: purpose, byteCount: byteCount)
    }
    self.init(start.bindMemory(to: Float.self, capacity: count), count: count)
  }

  deinit { mgpt_free(base) }

  /// Makes all of them 0.
  package func clear() {
    base.update(repeating: 0, count: count)
  }
}
