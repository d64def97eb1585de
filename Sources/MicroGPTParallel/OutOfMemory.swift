import CMicroGPTSystem

/// Memory that is not available.
public struct OutOfMemory: Error, Sendable, Hashable {
  /// What it is needed for, as `the weights`.
  public let purpose: String
  /// The number of bytes needed; `Int.max` if there are too many to count.
  public let byteCount: Int

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - purpose: What the memory is needed for.
  ///   - byteCount: The number of bytes needed.
  public init(purpose: String, byteCount: Int) {
    self.purpose = purpose
    self.byteCount = byteCount
  }

  /// Checks that memory is available, for whoever allocates it afterwards in a
  /// way that cannot fail, as Swift's arrays do.
  ///
  /// - Parameters:
  ///   - byteCount: The number of bytes, all copies included.
  ///   - purpose: What they are needed for.
  /// - Throws: ``OutOfMemory`` if they are not available with a margin.
  /// - Complexity: O(1); nothing is asked of the system below 64 KiB.
  package static func check(
    _ byteCount: Int, for purpose: String
  ) throws(OutOfMemory) {
    guard byteCount >= 0, mgpt_has_memory(byteCount) != 0 else {
      throw OutOfMemory(purpose: purpose, byteCount: byteCount)
    }
  }

  /// Checks that memory is available for some items.
  ///
  /// - Parameters:
  ///   - count: The number of items.
  ///   - stride: The bytes of each, all copies included.
  ///   - purpose: What they are needed for.
  /// - Throws: ``OutOfMemory`` if it is not.
  package static func check(
    _ count: Int, times stride: Int, for purpose: String
  ) throws(OutOfMemory) {
    let bytes = count.multipliedReportingOverflow(by: stride)
    try check(bytes.overflow ? .max : bytes.partialValue, for: purpose)
  }

  /// Checks that threads can be started, which reserve far more addresses than
  /// they use memory.
  ///
  /// - Parameters:
  ///   - count: The number of threads, at least 1.
  ///   - purpose: What they are needed for.
  /// - Throws: ``OutOfMemory`` if there are too few addresses.
  package static func checkThreads(
    _ count: Int, for purpose: String
  ) throws(OutOfMemory) {
    // A stack, and a heap of the C library's: by default, on Linux.
    let byteCount = count * (8 + 64) << 20
    guard mgpt_has_addresses(byteCount) != 0 else {
      throw OutOfMemory(purpose: purpose, byteCount: byteCount)
    }
  }

  /// The most memory that this process may have, in bytes: what is installed,
  /// or less by a limit; `nil` where it is not known.
  package static var limit: Int? {
    let maximum = mgpt_maximum_memory()
    return maximum > 0 ? Int(clamping: maximum) : nil
  }
}

extension OutOfMemory: CustomStringConvertible {
  /// The error as one clause: `cannot allocate 63 MiB of memory for the
  /// weights`.
  public var description: String {
    byteCount == .max
      ? "cannot allocate memory for \(purpose): it takes more than can be counted"
      : "cannot allocate \(amount) of memory for \(purpose)"
  }

  private var amount: String {
    let kibibytes = (max(0, byteCount) - 1) / 1024 + 1
    return kibibytes < 1024
      ? "\(kibibytes) KiB" : "\((kibibytes - 1) / 1024 + 1) MiB"
  }
}
