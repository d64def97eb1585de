import CMicroGPTSystem
import MicroGPTFormat
import MicroGPTParallel

/// A file or a pipe that is read from its start.
public final class InputFile {
  private let path: String
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter path: The file; `-` stands for standard input.
  /// - Throws: ``CommandFailure`` if it cannot be opened.
  public init(_ path: String) throws(CommandFailure) {
    self.path = path
    descriptor = path == "-" ? 0 : mgpt_open_for_reading(path, 1)
    try check(Int64(descriptor), "open")
  }

  deinit {
    if descriptor > 0 { mgpt_close(descriptor) }
  }

  /// Reads what is there.
  ///
  /// - Parameter buffer: Room for the bytes.
  /// - Returns: The number of bytes, 0 at the end.
  /// - Throws: ``CommandFailure`` if they cannot be read.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(CommandFailure) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    let count = mgpt_read(descriptor, start, buffer.count)
    try check(count, "read")
    return Int(count)
  }

  /// Whether the file can be opened again and gives the same bytes.
  public var isRegular: Bool {
    var status = mgpt_file_status()
    return mgpt_status_of_descriptor(descriptor, &status) == 0
      && status.kind == Int32(MGPT_FILE_REGULAR.rawValue)
  }

  /// Reads a file to its end.
  ///
  /// - Parameters:
  ///   - path: The file; `-` stands for standard input.
  ///   - limit: The most bytes to read.
  /// - Returns: The bytes.
  /// - Throws: ``CommandFailure`` if it cannot be opened or read.
  public static func read(
    _ path: String, atMost limit: Int = .max
  ) throws(CommandFailure) -> [UInt8] {
    try InputFile(path).readToEnd(atMost: limit)
  }

  /// Reads the rest of the file.
  ///
  /// - Parameter limit: The most bytes to read.
  /// - Returns: The bytes.
  /// - Throws: ``CommandFailure`` if it cannot be read, or held in memory.
  public func readToEnd(
    atMost limit: Int = .max
  ) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(limit, 1 << 16), alignment: 1)
    defer { piece.deallocate() }
    var meter = MemoryMeter("what is read")
    while bytes.count < limit {
      let count = try read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: piece.prefix(limit - bytes.count)))
      guard count > 0 else { break }
      do { try meter.add(count) } catch { throw .memory("\(name): \(error)") }
      bytes.append(contentsOf: piece.prefix(count))
    }
    return bytes
  }

  private func check(
    _ result: Int64, _ operation: String
  ) throws(CommandFailure) {
    guard result < 0 else { return }
    let error = SystemError(
      operation: operation, path: path, code: Int32(truncatingIfNeeded: -result)
    )
    throw .noInput("\(name): \(error)")
  }

  /// The file in words.
  private var name: String { path == "-" ? "standard input" : path }
}
