/// Takes from a log what a run that goes on writes again, so that each step
/// stands there once.
///
/// The log is read twice, by functions that read as `read(2)` does: first to
/// find the stale lines, then to copy the others.
public enum LossLogMending {
  /// Finds the lines that a run which goes on writes again.
  ///
  /// - Parameters:
  ///   - step: The steps that the run has done.
  ///   - read: Reads on into a buffer: the number of bytes, 0 at the end.
  /// - Returns: For each line whether it is to go.
  /// - Throws: What the function throws.
  public static func staleLines<Failure: Error>(
    after step: Int,
    read: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [Bool] {
    var index = LossLogIndex()
    try forEachPiece(read) { bytes, line, isWhole throws(Failure) in
      if isWhole {
        index.append(bytes)
      } else if index.count == line {
        index.appendForeign()
      }
    }
    return index.isStale(after: step)
  }

  /// Copies the lines of a log that stay.
  ///
  /// - Parameters:
  ///   - stale: For each line whether it is to go; lines after these stay.
  ///   - read: Reads on into a buffer: the number of bytes, 0 at the end.
  ///   - write: Takes the next bytes.
  /// - Throws: What the functions throw.
  public static func copyLines<Failure: Error>(
    except stale: [Bool],
    read: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int,
    write: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try forEachPiece(read) { bytes, line, _ throws(Failure) in
      guard line >= stale.count || !stale[line] else { return }
      try write(bytes)
    }
  }

  /// Calls a closure with each line and its index, with the end of the line;
  /// with lines too long for a log in pieces that are not whole.
  private static func forEachPiece<Failure: Error>(
    _ read: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int,
    _ body: (UnsafeRawBufferPointer, Int, Bool) throws(Failure) -> Void
  ) throws(Failure) {
    var pending: [UInt8] = []
    var (line, isWhole) = (0, true)
    let newline = UInt8(ascii: "\n")
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 1 << 16, alignment: 1)
    defer { buffer.deallocate() }
    while true {
      let count = try read(buffer)
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
      if pending.count > LossLogParser.maximumLineByteCount {
        isWhole = false
        try give(pending, line, isWhole, body)
        pending.removeAll(keepingCapacity: true)
      }
    }
    if !pending.isEmpty { try give(pending, line, isWhole, body) }
  }

  private static func give<Failure: Error>(
    _ piece: [UInt8], _ line: Int, _ isWhole: Bool,
    _ body: (UnsafeRawBufferPointer, Int, Bool) throws(Failure) -> Void
  ) throws(Failure) {
    let result = piece.withUnsafeBytes { bytes in
      Result { () throws(Failure) in try body(bytes, line, isWhole) }
    }
    try result.get()
  }
}
