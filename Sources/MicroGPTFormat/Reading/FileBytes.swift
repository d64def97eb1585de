import CMicroGPTSystem

#if _endian(big)
#error("elements are handed out in place, in little-endian order")
#endif

/// The bytes of a file, or of a buffer, that stay where they are.
package final class FileBytes: @unchecked Sendable {
  // Nothing writes to the bytes after initialisation, so threads may share
  // them: that is what “unchecked” vouches for.
  package let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Opens a file.
  package convenience init(
    path: String, mode: Checkpoint.OpeningMode
  ) throws(CheckpointError) {
    let opened = try Self.open(path, mode)
    self.init(opened.bytes, isMapped: opened.isMapped)
  }

  private init(_ bytes: UnsafeRawBufferPointer, isMapped: Bool) {
    self.bytes = bytes
    self.isMapped = isMapped
  }

  /// Copies bytes that are in memory already.
  package convenience init(
    copying source: UnsafeRawBufferPointer
  ) throws(CheckpointError) {
    let copy = try Self.allocate(source.count)
    copy.copyMemory(from: source)
    self.init(UnsafeRawBufferPointer(copy), isMapped: false)
  }

  /// Private memory for a file, aligned as the format's sections.
  private static func allocate(
    _ byteCount: Int
  ) throws(CheckpointError) -> UnsafeMutableRawBufferPointer {
    guard let start = mgpt_allocate(byteCount) else {
      throw outOfMemory(byteCount)
    }
    return UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  private static func outOfMemory(_ byteCount: Int) -> CheckpointError {
    .outOfMemory(OutOfMemory(purpose: "the file", byteCount: byteCount))
  }

  deinit {
    if isMapped, let start = bytes.baseAddress {
      mgpt_unmap(start, bytes.count)
    } else {
      mgpt_free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
  }

  /// The bytes of a file, and whether they are mapped.
  private static func open(
    _ path: String, _ mode: Checkpoint.OpeningMode
  ) throws(CheckpointError) -> (bytes: UnsafeRawBufferPointer, isMapped: Bool) {
    let descriptor = try check(mgpt_open_for_reading(path, 0), "open", path)
    defer { mgpt_close(descriptor) }
    var status = mgpt_file_status()
    try check(mgpt_status_of_descriptor(descriptor, &status), "read", path)
    guard status.kind == Int32(MGPT_FILE_REGULAR.rawValue) else {
      throw .notARegularFile(path: path)
    }
    guard let byteCount = Int(exactly: status.byte_count) else {
      throw .system(
        SystemError(operation: "read", path: path, code: mgpt_error_too_large))
    }
    let isMapped =
      switch mode {
      case .mapped: byteCount > 0  // an empty map is an error
      case .copied: false
      case .automatic: byteCount > Checkpoint.OpeningMode.maximumCopiedByteCount
      }
    return isMapped
      ? (try map(descriptor, byteCount, path), true)
      : (try copy(descriptor, byteCount, path), false)
  }

  private static func map(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(CheckpointError) -> UnsafeRawBufferPointer {
    // The map fills this in; any address will do before.
    var start = UnsafeRawPointer(bitPattern: SectionDirectory.alignment)
    let result = mgpt_map(descriptor, byteCount, &start)
    if result == -mgpt_error_no_memory { throw outOfMemory(byteCount) }
    try check(result, "map", path)
    return UnsafeRawBufferPointer(start: start, count: byteCount)
  }

  private static func copy(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(CheckpointError) -> UnsafeRawBufferPointer {
    let copy = try allocate(byteCount)
    guard let start = copy.baseAddress else {
      return UnsafeRawBufferPointer(copy)
    }
    do {
      let got = try check(
        mgpt_read_at(descriptor, start, byteCount, 0), "read", path)
      // A file that shrank meanwhile is found short by the header's length.
      return UnsafeRawBufferPointer(rebasing: copy.prefix(Int(got)).asBytes)
    } catch {
      mgpt_free(start)
      throw error
    }
  }

  @discardableResult
  private static func check<Result: SignedInteger>(
    _ result: Result, _ operation: String, _ path: String
  ) throws(CheckpointError) -> Result {
    do { return try SystemError.check(result, operation, path) } catch {
      throw .system(error)
    }
  }
}

extension Slice<UnsafeMutableRawBufferPointer> {
  fileprivate var asBytes: Slice<UnsafeRawBufferPointer> {
    UnsafeRawBufferPointer(base)[startIndex..<endIndex]
  }
}
