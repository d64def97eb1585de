/// Reads the log of a training run, piece by piece, and gathers its losses.
///
/// A log is UTF-8, a JSON object (RFC 8259) a line:
///
///     {"step":12,"loss":2.3456,"rate":0.0099,"seconds":0.012}
///     {"step":100,"validation_loss":2.31,"seconds":1.2}
///
/// A line with `loss` is a point of training, one with `validation_loss` a point
/// of validation, and both need `step`. Members may stand in any order; others
/// are passed over, and so are blank lines. A last line that was cut off, as
/// while training still runs or when it was killed, is passed over too. A step
/// that occurs again, as in a run that was resumed, replaces the earlier one.
///
/// It takes O(n) time and, beside the points, room for one line.
public struct LossLogParser: ~Copyable {
  /// The most bytes of a line.
  public static let maximumLineByteCount = 1 << 16

  private var training: [LossPoint] = []
  private var validation: [LossPoint] = []
  private var line = 1
  private var pending: [UInt8] = []  // the start of a line without its end

  /// Creates a log without lines.
  public init() {}

  /// Reads on.
  ///
  /// - Parameter bytes: The next piece of the log, which may end anywhere.
  /// - Throws: ``LossLogError`` for a line that is not one of a log.
  public mutating func append(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LossLogError) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let piece = rest[..<end]
      rest = rest[(end + 1)...]
      if pending.isEmpty {
        try read(UnsafeRawBufferPointer(rebasing: piece))
      } else {
        try keep(piece)
        try readPending()
      }
      line += 1
    }
    try keep(rest)
  }

  /// Ends the log.
  ///
  /// - Returns: The curve of its losses.
  /// - Throws: ``LossLogError`` if the last line is not one of a log, nor the
  ///   start of one.
  public consuming func finish() throws(LossLogError) -> LossCurve {
    do {
      try readPending()
    } catch {
      guard error.isIncomplete else { throw error }
    }
    return LossCurve(training: training, validation: validation)
  }

  private mutating func keep(
    _ piece: Slice<UnsafeRawBufferPointer>
  ) throws(LossLogError) {
    guard pending.count + piece.count <= Self.maximumLineByteCount else {
      throw tooLong
    }
    pending.append(contentsOf: piece)
  }

  private mutating func readPending() throws(LossLogError) {
    let bytes = pending
    pending = []
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(LossLogError) in try read(bytes) }
    }
    try result.get()
  }

  /// Reads a line, which is given without its end.
  private mutating func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LossLogError) {
    guard bytes.count <= Self.maximumLineByteCount else { throw tooLong }
    do {
      guard let entry = try LossLogEntry(bytes) else { return }
      if let loss = entry.loss {
        training.append(LossPoint(step: entry.step, loss: loss))
      }
      if let loss = entry.validationLoss {
        validation.append(LossPoint(step: entry.step, loss: loss))
      }
    } catch {
      throw LossLogError(
        line: line, column: error.index + 1, found: error.found,
        expected: error.expected, isIncomplete: error.index == bytes.count)
    }
  }

  private var tooLong: LossLogError {
    LossLogError(
      line: line, column: 1,
      found: "a line of more than \(Self.maximumLineByteCount) bytes",
      expected: "a JSON object", isIncomplete: false)
  }
}

/// A line that is not one of a log: where, and what it holds against what it
/// should hold.
public struct LossLogError: Error, Sendable, Hashable {
  /// The line, from 1.
  public let line: Int
  /// The column in bytes, from 1.
  public let column: Int
  /// What stands there.
  public let found: String
  /// What should stand there.
  public let expected: String

  /// Whether more bytes could mend it.
  let isIncomplete: Bool
}

extension LossLogError: CustomStringConvertible {
  /// The error as one clause: `line 3, column 9: found a string, expected a
  /// number`.
  public var description: String {
    "line \(line), column \(column): found \(found), expected \(expected)"
  }
}
