/// Deals out consecutive places in a buffer that is still to be made.
struct BufferLayout {
  /// What each place begins at a multiple of: 1, or the floats of a cache line.
  var alignment = 1
  /// The floats dealt out so far; `Int.max` if there are too many to count.
  private(set) var count = 0

  /// Reserves rows × columns floats.
  ///
  /// - Returns: The index of the first.
  mutating func take(_ rows: Int, _ columns: Int = 1) -> Int {
    let start = count
    let size = rows.multipliedReportingOverflow(by: columns)
    let padding = (0 &- size.partialValue) & (alignment - 1)
    let end = start.addingReportingOverflow(size.partialValue &+ padding)
    count = size.overflow || end.overflow ? Int.max : end.partialValue
    return start
  }
}
