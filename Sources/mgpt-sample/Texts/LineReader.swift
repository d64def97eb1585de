import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTText

/// The lines of a file or a pipe, as they come: UTF-8 with universal newlines.
///
/// A line that CR ends is there before the next byte is.
final class LineReader {
  /// The file in words.
  let name: String
  /// The number of the line that was read last, from 1.
  var number: Int { lines.number }

  private let file: InputFile
  private var lines = LineBuffer()
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 1 << 16, alignment: 1)

  /// The maximum number of bytes of a line.
  private static let lengthLimit = 1 << 24

  /// Opens a file.
  ///
  /// - Parameter path: The file, `-` for standard input.
  /// - Throws: `CommandFailure` if it cannot be opened.
  init(_ path: String) throws(CommandFailure) {
    name = path == "-" ? "standard input" : path
    file = try InputFile(path)
  }

  deinit { buffer.deallocate() }

  /// Whether a whole line is there, so that the next one need not be waited for.
  var hasLine: Bool { lines.hasLine }

  /// Reads a line, waiting for it if need be.
  ///
  /// - Returns: The line without its end and without a byte-order mark; `nil`
  ///   after the last.
  /// - Throws: `CommandFailure` if it cannot be read, is not UTF-8 or too long.
  func next() throws(CommandFailure) -> String? {
    while true {
      if let line = lines.next() { return try text(of: line) }
      guard lines.pendingByteCount <= Self.lengthLimit else {
        throw .data(
          "\(name): line \((number + 1).groupedDescription) has over"
            + " \(Self.lengthLimit.groupedDescription) bytes, expected fewer")
      }
      let count = try file.read(into: buffer)
      guard count > 0 else { break }
      // They double, and a line is taken out as a string.
      do {
        try OutOfMemory.check(
          lines.pendingByteCount + count, times: 3, for: "a line")
      } catch {
        throw .memory("\(name): \(error)")
      }
      lines.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    return try lines.last().map { line throws(CommandFailure) in
      try text(of: line)
    }
  }

  /// What to say of the line that was read last.
  func failure(_ words: String) -> CommandFailure {
    .data("\(name): line \(number.groupedDescription) \(words)")
  }

  private func text(
    of line: LineBuffer.Line
  ) throws(CommandFailure) -> String {
    if let defect = defect(of: line) { throw .data("\(name): \(defect)") }
    return String(decoding: line.bytes, as: UTF8.self)
  }

  private func defect(of line: LineBuffer.Line) -> TextDefect? {
    let illFormed = line.bytes.withUnsafeBytes { offsetOfIllFormedUTF8(in: $0) }
    guard illFormed != nil || line.bytes.contains(0) else { return nil }
    return lines.rest(from: line).withUnsafeBytes { rest in
      if let illFormed {
        TextDefect(
          at: illFormed, in: rest, fileOffset: line.fileOffset,
          line: line.number)
      } else {
        TextDefect(
          ofNULsIn: rest, fileOffset: line.fileOffset, line: line.number)
      }
    }
  }
}
