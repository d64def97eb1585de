import CMicroGPTSystem
import MicroGPTAnalysis
import MicroGPTCommandLine
import MicroGPTFormat

/// Takes from a log what a run that goes on writes again, so that each step
/// stands there once.
enum LogMending {
  /// Mends a log.
  ///
  /// The mended log takes the place of the old one when it is whole, and where
  /// nothing is to go the old one stays.
  ///
  /// - Parameters:
  ///   - path: The log; what is no regular file is left alone.
  ///   - step: The steps that the run has done.
  /// - Throws: `CommandFailure` if it cannot be read or written.
  static func mend(_ path: String, after step: Int) throws(CommandFailure) {
    var status = mgpt_file_status()
    guard mgpt_status_of_path(path, &status) == 0,
      status.kind == Int32(MGPT_FILE_REGULAR.rawValue)
    else { return }
    var index = LossLogIndex()
    try forEachPiece(of: path) {
      bytes, line, isWhole throws(CommandFailure) in
      if isWhole {
        index.append(bytes)
      } else if index.count == line {
        index.appendForeign()
      }
    }
    let stale = index.isStale(after: step)
    guard stale.contains(true) else { return }
    let file = try writing(path) { () throws(CheckpointError) in
      try AtomicFile(path: path, replacing: true)
    }
    var offset = 0
    try forEachPiece(of: path) { bytes, line, _ throws(CommandFailure) in
      guard line >= stale.count || !stale[line] else { return }
      try writing(path) { () throws(CheckpointError) in
        try file.write(bytes, at: offset)
      }
      offset += bytes.count
    }
    try writing(path) { () throws(CheckpointError) in try file.commit() }
  }

  private static func writing<Result>(
    _ path: String, _ body: () throws(CheckpointError) -> Result
  ) throws(CommandFailure) -> Result {
    do { return try body() } catch { throw .writing(error, path) }
  }

  /// Calls a closure with each line of a file and its index, with the end of
  /// the line; with lines too long for a log in pieces that are not whole.
  private static func forEachPiece(
    of path: String,
    _ body: (UnsafeRawBufferPointer, Int, Bool) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    let file = try InputFile(path)
    var pending: [UInt8] = []
    var (line, isWhole) = (0, true)
    let newline = UInt8(ascii: "\n")
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 1 << 16, alignment: 1)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer)
      guard count > 0 else { break }
      var rest = buffer[..<count]
      while let end = rest.firstIndex(of: newline) {
        pending += rest[...end]
        try give(pending, line, isWhole, body)
        pending.removeAll(keepingCapacity: true)
        (line, isWhole) = (line + 1, true)
        rest = rest[(end + 1)...]
      }
      pending += rest
      if pending.count > LossLog.maximumLineByteCount {
        isWhole = false
        try give(pending, line, isWhole, body)
        pending.removeAll(keepingCapacity: true)
      }
    }
    if !pending.isEmpty { try give(pending, line, isWhole, body) }
  }

  private static func give(
    _ piece: [UInt8], _ line: Int, _ isWhole: Bool,
    _ body: (UnsafeRawBufferPointer, Int, Bool) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    let result = piece.withUnsafeBytes { bytes in
      Result { () throws(CommandFailure) in try body(bytes, line, isWhole) }
    }
    try result.get()
  }
}
