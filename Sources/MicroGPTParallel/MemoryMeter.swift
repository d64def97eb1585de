/// Memory that grows item by item, checked in steps before it does.
package struct MemoryMeter: Sendable {
  private let purpose: String
  private var byteCount = 0
  private var checkedByteCount = 0

  /// Starts at nothing.
  ///
  /// - Parameter purpose: What the memory is needed for.
  package init(_ purpose: String) { self.purpose = purpose }

  /// Counts bytes that are about to be allocated.
  ///
  /// Collections double: each step checks for twice of what there is, beside
  /// it.
  ///
  /// - Parameter count: Their number.
  /// - Throws: ``OutOfMemory`` if they are not available.
  package mutating func add(_ count: Int) throws(OutOfMemory) {
    byteCount += count
    guard byteCount > checkedByteCount else { return }
    let next = max(2 * byteCount, 1 << 16)
    try OutOfMemory.check(next, for: purpose)
    checkedByteCount = next
  }
}
