import MicroGPTCommandLine
import MicroGPTSampler

/// The lines of a file or a pipe, as they come; UTF-8.
final class LineReader {
  /// The file in words.
  let name: String
  /// The number of the line that was read last, from 1 on.
  private(set) var number = 0

  private let file: InputFile
  private var bytes: [UInt8] = []
  /// Where the next line begins.
  private var start = 0
  /// Where the bytes begin that were not searched for its end.
  private var searched = 0
  private let room = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 1 << 16, alignment: 1)

  /// The most bytes of a line.
  private static let greatestLength = 1 << 24

  /// Opens a file.
  ///
  /// - Parameter path: The file, `-` for standard input.
  /// - Throws: `CommandFailure` if it cannot be opened.
  init(_ path: String) throws(CommandFailure) {
    name = path == "-" ? "standard input" : path
    file = try InputFile(path)
  }

  deinit { room.deallocate() }

  /// Whether a whole line is there, so that the next one need not be waited for.
  var hasLine: Bool { bytes[searched...].contains(UInt8(ascii: "\n")) }

  /// Reads a line, waiting for it if need be.
  ///
  /// - Returns: The line without its end, LF or CRLF, and without a byte-order
  ///   mark; `nil` behind the last.
  /// - Throws: `CommandFailure` if it cannot be read, is no UTF-8 or too long.
  func next() throws(CommandFailure) -> String? {
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        return try take(upTo: end, next: end + 1)
      }
      guard bytes.count - start <= Self.greatestLength else {
        number += 1
        throw failure(
          "has over \(Self.greatestLength.grouped) bytes, expected fewer")
      }
      bytes.removeFirst(start)
      start = 0
      searched = bytes.count
      let count = try file.read(into: room)
      guard count > 0 else { break }
      // They double, and a line is taken out as a string.
      do {
        try OutOfMemory.check(bytes.count + count, times: 3, for: "a line")
      } catch {
        throw .memory("\(name): \(error)")
      }
      bytes.append(contentsOf: room[..<count])
    }
    return bytes.isEmpty ? nil : try take(upTo: bytes.count, next: bytes.count)
  }

  /// What to say of the line that was read last.
  func failure(_ words: String) -> CommandFailure {
    .data("\(name): line \(number.grouped) \(words)")
  }

  private func take(
    upTo end: Int, next: Int
  ) throws(CommandFailure) -> String {
    var line = bytes[start..<end]
    start = next
    searched = next
    number += 1
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) {
      line = line.dropFirst(3)
    }
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    let text = String(decoding: line, as: UTF8.self)
    // What is no UTF-8 was repaired.
    guard text.utf8.elementsEqual(line) else { throw failure("is no UTF-8") }
    return text
  }
}
