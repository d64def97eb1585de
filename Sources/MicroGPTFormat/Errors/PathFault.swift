import CMicroGPTSystem
import MicroGPTText

/// The part of a path that makes a call to the operating system fail, in words.
///
/// - Parameters:
///   - path: The path that was given to the call.
///   - code: The value of errno.
/// - Returns: A clause, as `there is no folder “no”`; `nil` if the code says
///   all that is known.
func faultInPath(_ path: String, code: Int32) -> String? {
  if code == mgpt_error_exists {
    return "\(quotedPath(path)) stands in the way, which is"
      + " \(kindOfFile(path))"
  }
  guard code == mgpt_error_missing || code == mgpt_error_not_a_folder else {
    return nil
  }
  var status = mgpt_file_status()
  let bytes = path.utf8
  for slash in bytes.indices.dropFirst() where bytes[slash] == 0x2F {
    let folder = String(path[..<slash])
    let result = mgpt_status_of_path(folder, &status)
    if result == -mgpt_error_missing {
      return endOfLink(folder) ?? "there is no folder \(quotedPath(folder))"
    }
    guard result == 0 else { return nil }
    if status.kind != Int32(MGPT_FILE_FOLDER.rawValue) {
      return "\(quotedPath(folder)) is no folder"
    }
  }
  return mgpt_status_of_path(path, &status) < 0 ? endOfLink(path) : nil
}

/// What a path leads to, in words.
func kindOfFile(_ path: String) -> String {
  var status = mgpt_file_status()
  return mgpt_status_of_path(path, &status) == 0
    && status.kind == Int32(MGPT_FILE_FOLDER.rawValue)
    ? "a folder" : "not a regular file"
}

/// What a symbolic link to nothing is, in words; `nil` for what is no link.
private func endOfLink(_ path: String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
    guard let start = buffer.baseAddress,
      mgpt_resolve_link(path, start, buffer.count) == 0
    else { return nil }
    let target = String(cString: start)
    // By bytes, as the operating system compares them.
    return target.utf8.elementsEqual(path.utf8)
      ? nil
      : "\(quotedPath(path)) is a symbolic link to \(quotedPath(target)),"
        + " which does not exist"
  }
}

private func quotedPath(_ path: String) -> String { quoted(path, atMost: .max) }
