import CMicroGPTSystem

#if _endian(big)
#error("elements are handed out in place, in little-endian order")
#endif

/// How a file's bytes come into memory.
public enum OpeningMode: Sendable {
  /// Seen through a map: nothing is read until it is touched, and programs
  /// share the pages. If another program truncates the file in place, touching
  /// it kills this process with SIGBUS, which no check can prevent; writers of
  /// this format never do.
  case mapped
  /// Read into private memory: whatever happens to the file later is harmless.
  case copied
  /// Copied up to ``automaticLimit`` bytes, mapped above.
  case automatic

  /// The size in bytes up to which an automatic opening copies: 1 MiB.
  public static let automaticLimit = 1 << 20
}

/// The bytes of a file, or of a buffer, that stay where they are.
package final class FileBytes: @unchecked Sendable {
  // Nothing writes to the bytes after initialisation, so threads may share
  // them: that is what “unchecked” vouches for.
  package let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Opens a file.
  package convenience init(
    path: String, mode: OpeningMode
  ) throws(CheckpointError) {
    let opened: (bytes: UnsafeRawBufferPointer, isMapped: Bool)?
    do {
      opened = try Self.open(path, mode)
    } catch {
      throw .system(error)
    }
    guard let opened else { throw .notARegularFile(path: path) }
    self.init(opened.bytes, isMapped: opened.isMapped)
  }

  private init(_ bytes: UnsafeRawBufferPointer, isMapped: Bool) {
    self.bytes = bytes
    self.isMapped = isMapped
  }

  /// Copies bytes that are in memory already.
  package init(copying source: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(
      byteCount: source.count, alignment: SectionDirectory.alignment)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(copy)
    isMapped = false
  }

  deinit {
    if isMapped, let start = bytes.baseAddress {
      mgpt_unmap(start, bytes.count)
    } else {
      bytes.deallocate()
    }
  }

  /// The bytes of a file, and whether they are mapped; `nil` for what is no
  /// regular file.
  private static func open(
    _ path: String, _ mode: OpeningMode
  ) throws(SystemError) -> (UnsafeRawBufferPointer, Bool)? {
    let descriptor = try SystemError.check(
      mgpt_open_for_reading(path, 0), "open", path)
    defer { mgpt_close(descriptor) }
    var status = mgpt_file_status()
    try SystemError.check(
      mgpt_status_of_descriptor(descriptor, &status), "read", path)
    guard status.kind == Int32(MGPT_FILE_REGULAR.rawValue) else { return nil }
    guard let byteCount = Int(exactly: status.byte_count) else {
      throw SystemError(
        operation: "read", path: path, code: mgpt_error_too_large)
    }
    let isMapped =
      switch mode {
      case .mapped: byteCount > 0  // an empty map is an error
      case .copied: false
      case .automatic: byteCount > OpeningMode.automaticLimit
      }
    return isMapped
      ? (try map(descriptor, byteCount, path), true)
      : (try copy(descriptor, byteCount, path), false)
  }

  private static func map(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(SystemError) -> UnsafeRawBufferPointer {
    // The map fills this in; any address will do before.
    var start = UnsafeRawPointer(bitPattern: SectionDirectory.alignment)
    try SystemError.check(mgpt_map(descriptor, byteCount, &start), "map", path)
    return UnsafeRawBufferPointer(start: start, count: byteCount)
  }

  private static func copy(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(SystemError) -> UnsafeRawBufferPointer {
    let copy = UnsafeMutableRawBufferPointer.allocate(
      byteCount: byteCount, alignment: SectionDirectory.alignment)
    guard let start = copy.baseAddress else {
      return UnsafeRawBufferPointer(copy)
    }
    do {
      let got = try SystemError.check(
        mgpt_read_at(descriptor, start, byteCount, 0), "read", path)
      // A file that shrank meanwhile is found short by the header's length.
      return UnsafeRawBufferPointer(rebasing: copy.prefix(Int(got)).asBytes)
    } catch {
      copy.deallocate()
      throw error
    }
  }
}

extension Slice<UnsafeMutableRawBufferPointer> {
  fileprivate var asBytes: Slice<UnsafeRawBufferPointer> {
    UnsafeRawBufferPointer(base)[startIndex..<endIndex]
  }
}
