import CMicroGPTSystem

/// Memory for bytes that stays in one place, aligned to a cache line.
package final class RawBuffer {
  /// The bytes, which are still to be initialized.
  package let bytes: UnsafeMutableRawBufferPointer

  private init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

  /// Allocates memory.
  ///
  /// - Parameters:
  ///   - byteCount: The number of bytes.
  ///   - purpose: What they are needed for.
  /// - Throws: ``OutOfMemory``.
  package convenience init(
    byteCount: Int, for purpose: String
  ) throws(OutOfMemory) {
    // Whatever throws comes before the object: Embedded Swift 6.3 would not
    // free it.
    guard byteCount >= 0, let start = mgpt_allocate(byteCount) else {
      throw OutOfMemory(purpose: purpose, byteCount: byteCount)
    }
    self.init(UnsafeMutableRawBufferPointer(start: start, count: byteCount))
  }

  deinit { mgpt_free(bytes.baseAddress) }
}
