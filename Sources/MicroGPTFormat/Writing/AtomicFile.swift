import CMicroGPTSystem

/// A file in the making, which takes its name only when it is whole.
///
/// The bytes go to `NAME.partial` beside the target, under a lock; then the
/// file is forced to the device, renamed over the target, and the folder is
/// forced too. So the target is at any moment the old file or the new one. What
/// a program leaves over that is killed while saving is removed by the next save
/// to the same target, which begins a file of its own; a folder or a device of
/// that name is an error.
///
/// Spec: section 12, “Writing”.
public final class AtomicFile {
  private let descriptor: Int32
  private let target: String
  private let partial: String
  private let replacing: Bool
  private var isCommitted = false

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: The target; where it is a symbolic link, what that leads to.
  ///   - replacing: Whether the target may be there already.
  /// - Throws: ``CheckpointError`` if the target is there and must not be
  ///   replaced, is no regular file, or cannot be created.
  public init(path: String, replacing: Bool) throws(CheckpointError) {
    target = try Self.resolve(path, replacing: replacing)
    partial = target + ".partial"
    self.replacing = replacing
    let result = mgpt_open_partial(partial)
    guard result != -mgpt_error_busy else { throw .targetBusy(path: path) }
    guard result >= 0 else {
      throw .system(
        SystemError(operation: "create", path: partial, code: -result))
    }
    descriptor = result
  }

  deinit {
    // Removed before the lock is given up, so nobody else's file goes.
    if !isCommitted && hasName { mgpt_remove(partial) }
    mgpt_close(descriptor)
  }

  /// Checks that a file can be written, before work on its contents begins:
  /// by starting a file and giving it up.
  ///
  /// - Parameters:
  ///   - path: The target.
  ///   - replacing: Whether it may be there already.
  /// - Throws: ``CheckpointError`` if it cannot.
  public static func checkWritable(
    at path: String, replacing: Bool
  ) throws(CheckpointError) {
    _ = try AtomicFile(path: path, replacing: replacing)
  }

  /// The path with a symbolic link followed, if it may be written.
  private static func resolve(
    _ path: String, replacing: Bool
  ) throws(CheckpointError) -> String {
    guard !path.isEmpty, !path.hasSuffix("/") else {
      throw .notARegularFile(path: path)
    }
    // Asked first: what /dev/stdout stands for is no link to a name.
    var status = mgpt_file_status()
    let isThere = mgpt_status_of_path(path, &status) == 0
    guard !isThere || status.kind == Int32(MGPT_FILE_REGULAR.rawValue) else {
      throw .notARegularFile(path: path)
    }
    guard replacing || !isThere else { throw .targetExists(path: path) }
    let resolved: Result<String, SystemError> = withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: 4096
    ) { buffer in
      guard let start = buffer.baseAddress else { return .success(path) }
      let result = mgpt_resolve_link(path, start, buffer.count)
      return result < 0
        ? .failure(
          SystemError(operation: "create", path: path, code: -result))
        : .success(String(cString: start))
    }
    switch resolved {
    case .success(let target): return target
    case .failure(let error): throw .system(error)
    }
  }

  /// Writes bytes at a place; what is never written to is zero.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - offset: The place of the first one, 0 or more.
  /// - Throws: ``CheckpointError/system(_:)`` if they cannot be written.
  public func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int
  ) throws(CheckpointError) {
    guard let start = bytes.baseAddress else { return }
    try check(
      mgpt_write_at(descriptor, start, bytes.count, UInt64(offset)), "write")
  }

  /// Makes the file durable and gives it its name.
  ///
  /// - Throws: ``CheckpointError`` if it cannot be made so, or if the target is
  ///   there by now and must not be replaced.
  public func commit() throws(CheckpointError) {
    try check(mgpt_synchronize(descriptor), "write")
    // Somebody may have removed it, and another writer taken the name.
    try check(hasName ? 0 : -mgpt_error_missing, "rename")
    let result = mgpt_rename(partial, target, replacing ? 1 : 0)
    guard result != -mgpt_error_exists else {
      throw .targetExists(path: target)
    }
    try check(result, "rename")
    isCommitted = true
    try check(mgpt_synchronize_folder(folder), "make durable")
  }

  /// Whether the partial file's name still leads to this file.
  private var hasName: Bool { mgpt_has_name(descriptor, partial) == 1 }

  private var folder: String {
    guard let slash = target.lastIndex(of: "/") else { return "." }
    return slash == target.startIndex ? "/" : String(target[..<slash])
  }

  private func check(
    _ result: Int32, _ operation: String
  ) throws(CheckpointError) {
    do {
      try SystemError.check(result, operation, target)
    } catch {
      throw .system(error)
    }
  }
}
