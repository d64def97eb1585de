import CMicroGPTSystem
import MicroGPTFormat

/// Standard output: data, and nothing else.
public enum StandardOutput {
  /// Writes text at once.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``CommandFailure`` if it cannot be written, as on a full disk.
  public static func write(_ text: String) throws(CommandFailure) {
    try write(Array(text.utf8))
  }

  /// Writes bytes at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``CommandFailure`` if they cannot be written.
  public static func write(_ bytes: [UInt8]) throws(CommandFailure) {
    try write(bytes[...])
  }

  fileprivate static func write(
    _ bytes: ArraySlice<UInt8>
  ) throws(CommandFailure) {
    // Not in a closure of its own: the error keeps its type.
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(CommandFailure) in try write(bytes) }
    }
    try result.get()
  }

  /// Writes bytes at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``CommandFailure`` if they cannot be written.
  public static func write(
    _ bytes: UnsafeRawBufferPointer
  ) throws(CommandFailure) {
    try ByteStream.standardOutput.write(bytes)
  }
}

/// Texts on their way to standard output: one at a time for a person, larger
/// pieces for a file or a pipe, of whole texts so that a program that is ended
/// leaves no half ones.
public struct OutputBuffer {
  private var bytes: [UInt8] = []
  /// The bytes of texts that are complete.
  private var wholeCount = 0
  private let isImmediate = mgpt_is_terminal(1) == 1
  private let isFile: Bool

  /// What a pipe takes as a whole or not at all: POSIX's PIPE_BUF on Linux.
  private static let pieceSize = 4096

  /// Creates an empty buffer.
  public init() {
    var status = mgpt_file_status()
    isFile =
      mgpt_status_of_descriptor(1, &status) == 0
      && status.kind == Int32(MGPT_FILE_REGULAR.rawValue)
    bytes.reserveCapacity(2 * Self.pieceSize)
  }

  /// Appends a part of a text.
  ///
  /// - Parameter text: The part.
  public mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends an ASCII character of a text.
  ///
  /// - Parameter byte: The character.
  public mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Ends a text, and writes what has gathered if it is enough.
  ///
  /// - Throws: ``CommandFailure`` if it cannot be written.
  public mutating func endText() throws(CommandFailure) {
    bytes.append(UInt8(ascii: "\n"))
    if isImmediate { return try flush() }
    if bytes.count > Self.pieceSize {
      try write(wholeCount)
      if bytes.count > Self.pieceSize { try write(bytes.count) }
    }
    wholeCount = bytes.count
  }

  /// Writes what has gathered.
  ///
  /// - Throws: ``CommandFailure`` if it cannot be written.
  public mutating func flush() throws(CommandFailure) {
    try write(bytes.count)
    wholeCount = 0
  }

  private mutating func write(_ count: Int) throws(CommandFailure) {
    guard count > 0 else { return }
    // A signal may cut what is being written to a file, but for those that
    // are only noted; a pipe might never be read.
    if isFile { mgpt_note_signals() }
    defer {
      bytes.removeFirst(count)
      if isFile { mgpt_end_by_noted_signal() }
    }
    try StandardOutput.write(bytes[..<count])
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
