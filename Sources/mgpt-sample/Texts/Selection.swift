import MicroGPTCommandLine
import MicroGPTParallel
import MicroGPTSampler

/// Which texts are printed: those that are new.
struct Selection {
  /// How many samples in a row may bring nothing new before there is an end.
  static let attemptLimit = 10_000

  /// The lines that are not to be repeated.
  private let lines: KnownLines?
  /// The texts that were printed, if none is to be repeated.
  private var printed: Set<[UInt8]>?
  private var meter = MemoryMeter("the texts printed so far")
  private var drawnCount = 0
  private var repeatedCount = 0

  /// - Parameters:
  ///   - lines: Lines that are not to be repeated.
  ///   - isUnique: Whether texts are not to be repeated.
  init(lines: KnownLines?, isUnique: Bool) {
    self.lines = lines
    printed = isUnique ? [] : nil
  }

  /// Whether a text is to be printed, which it then has been.
  ///
  /// - Parameter text: The text in the model's own characters.
  /// - Returns: Whether it is new.
  /// - Throws: `OutOfMemory`.
  mutating func takes(_ text: String) throws(OutOfMemory) -> Bool {
    let key = KnownLines.key(text)
    drawnCount += 1
    if lines?.contains(text) ?? false {
      repeatedCount += 1
      return false
    }
    guard printed != nil else { return true }
    try meter.add(key.count + KnownLines.byteCountOfEntry)
    return printed?.insert(key).inserted ?? true
  }

  /// What to say of lines that no text can repeat.
  var warnings: [String] { lines?.warnings ?? [] }

  /// How many samples were lines of the file, as a line of words; `nil` if there
  /// is no file, or were no samples.
  var report: String? {
    guard let lines, drawnCount > 0 else { return nil }
    let percent = 100 * Double(repeatedCount) / Double(drawnCount)
    return
      "novel: \(repeatedCount.groupedDescription) of \(counted(drawnCount, "sample"))"
      + " (\(percent.formatted(decimals: 1)) %) repeated a line of"
      + " \(lines.name)\n"
  }
}
