/// Deals out consecutive places in a buffer that is still to be made.
struct BufferLayout {
  /// The floats dealt out so far; `Int.max` if there are too many to count.
  private(set) var count = 0

  /// Reserves rows × columns floats.
  ///
  /// - Returns: The index of the first.
  mutating func take(_ rows: Int, _ columns: Int = 1) -> Int {
    let start = count
    let size = rows.multipliedReportingOverflow(by: columns)
    let end = start.addingReportingOverflow(size.partialValue)
    count = size.overflow || end.overflow ? Int.max : end.partialValue
    return start
  }
}
