import CMicroGPTSystem
import MicroGPTFormat

/// Standard output: data, and nothing else.
public enum StandardOutput {
  /// Writes text at once.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``CommandFailure`` if it cannot be written, as on a full disk.
  public static func write(_ text: String) throws(CommandFailure) {
    var text = text
    let result = text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    try check(result)
  }

  /// Writes bytes at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``CommandFailure`` if they cannot be written.
  public static func write(_ bytes: [UInt8]) throws(CommandFailure) {
    try check(bytes.withUnsafeBytes { write($0) })
  }

  private static func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    bytes.baseAddress.map { mgpt_write(1, $0, bytes.count) } ?? 0
  }

  private static func check(_ result: Int32) throws(CommandFailure) {
    guard result < 0 else { return }
    let error = SystemError(
      operation: "write", path: "standard output", code: -result)
    throw .output("standard output: \(error)")
  }
}

/// Standard error: diagnostics and progress.
public enum StandardError {
  /// Writes text at once; what cannot be written is lost.
  ///
  /// - Parameter text: The text.
  public static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      if let start = bytes.baseAddress { _ = mgpt_write(2, start, bytes.count) }
    }
  }

  /// Whether a person sees it as it is written.
  public static var isTerminal: Bool { mgpt_is_terminal(2) == 1 }
}

/// Files that are read whole: texts, and standard input.
public enum InputFile {
  /// Reads a file or a pipe to its end.
  ///
  /// - Parameters:
  ///   - path: The file; `-` stands for standard input.
  ///   - limit: The most bytes to read.
  /// - Returns: The bytes.
  /// - Throws: ``CommandFailure`` if it cannot be read.
  public static func read(
    _ path: String, atMost limit: Int = .max
  ) throws(CommandFailure) -> [UInt8] {
    let descriptor = path == "-" ? 0 : mgpt_open_for_reading(path)
    try check(descriptor, "open", path)
    defer { if descriptor > 0 { mgpt_close(descriptor) } }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(limit, 1 << 16))
    while bytes.count < limit {
      let wanted = min(piece.count, limit - bytes.count)
      let count = piece.withUnsafeMutableBytes { room in
        room.baseAddress.map { mgpt_read(descriptor, $0, wanted) } ?? 0
      }
      try check(Int32(truncatingIfNeeded: count), "read", path)
      guard count > 0 else { break }
      bytes.append(contentsOf: piece.prefix(Int(count)))
    }
    return bytes
  }

  private static func check(
    _ result: Int32, _ operation: String, _ path: String
  ) throws(CommandFailure) {
    guard result < 0 else { return }
    let error = SystemError(operation: operation, path: path, code: -result)
    throw .noInput("\(path): \(error)")
  }
}
