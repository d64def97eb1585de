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
    let result = text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    try check(result)
  }

  /// Writes bytes at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``CommandFailure`` if they cannot be written.
  public static func write(_ bytes: [UInt8]) throws(CommandFailure) {
    try check(bytes.withUnsafeBytes { put($0) })
  }

  /// Writes bytes at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``CommandFailure`` if they cannot be written.
  public static func write(
    _ bytes: UnsafeRawBufferPointer
  ) throws(CommandFailure) {
    try check(put(bytes))
  }

  private static func put(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    bytes.baseAddress.map { mgpt_write(1, $0, bytes.count) } ?? 0
  }

  private static func check(_ result: Int32) throws(CommandFailure) {
    guard result < 0 else { return }
    let error = SystemError(
      operation: "write", path: "standard output", code: -result)
    throw .output("standard output: \(error)")
  }
}

/// Text on its way to standard output: a line at a time for a person, larger
/// pieces for a file or a pipe.
public struct OutputBuffer {
  private var text = ""
  private let isImmediate = mgpt_is_terminal(1) == 1

  /// Creates an empty buffer.
  public init() {}

  /// Appends text, and writes what has gathered if it is enough.
  ///
  /// - Parameter more: The text.
  /// - Throws: ``CommandFailure`` if it cannot be written.
  public mutating func write(_ more: String) throws(CommandFailure) {
    text += more
    if isImmediate || text.utf8.count >= 1 << 14 { try flush() }
  }

  /// Writes what has gathered.
  ///
  /// - Throws: ``CommandFailure`` if it cannot be written.
  public mutating func flush() throws(CommandFailure) {
    let gathered = text
    text = ""
    try StandardOutput.write(gathered)
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
