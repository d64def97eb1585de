/// The steps that the lines of a log record, to find those lines that a run
/// which goes on writes again.
///
/// It takes 24 bytes a line.
public struct LossLogIndex: Sendable {
  private struct Line {
    var step: Int
    var hasLoss: Bool
    var hasValidation: Bool
  }

  /// The lines; `nil` for those of others.
  private var lines: [Line?] = []

  /// Creates an index without lines.
  public init() {}

  /// The number of lines.
  public var count: Int { lines.count }

  /// Adds the next line.
  ///
  /// - Parameter bytes: The line, with its end or without. What is not a line of
  ///   a log, or has no loss, is taken as that of somebody else.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let text =
      bytes.last == UInt8(ascii: "\n")
      ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes
    guard text.count <= LossLogParser.maximumLineByteCount,
      let entry = try? LossLogEntry(text),
      entry.loss != nil || entry.validationLoss != nil
    else { return appendForeign() }
    lines.append(
      Line(
        step: entry.step, hasLoss: entry.loss != nil,
        hasValidation: entry.validationLoss != nil))
  }

  /// Adds a line that is not of a log.
  public mutating func appendForeign() { lines.append(nil) }

  /// Finds the lines that a run which goes on writes again, or wrote again when
  /// it went on before.
  ///
  /// The steps of the lines that stay strictly increase, those of losses as those
  /// of validations; lines that are not of a log all stay.
  ///
  /// - Parameter step: The steps that the run has done.
  /// - Returns: For each line whether it is to go.
  public func isStale(after step: Int) -> [Bool] {
    var stale = [Bool](repeating: false, count: lines.count)
    // The first step of each kind that is recorded further on.
    var nextLoss = step == .max ? step : step + 1
    var nextValidation = nextLoss
    for (index, line) in lines.enumerated().reversed() {
      guard let line else { continue }
      if line.hasLoss && line.step >= nextLoss
        || line.hasValidation && line.step >= nextValidation
      {
        stale[index] = true
        continue
      }
      if line.hasLoss { nextLoss = line.step }
      if line.hasValidation { nextValidation = line.step }
    }
    return stale
  }
}
