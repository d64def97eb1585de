import MicroGPTText

extension Double {
  /// The number with a fixed number of decimals, as `2.2764`.
  ///
  /// - Parameter count: The number of decimals, 0 to 9.
  /// - Returns: The text; `nan` and `inf` as such.
  package func formatted(decimals count: Int) -> String {
    guard isFinite, magnitude < 1e9 else { return description }
    var scale = 1
    for _ in 0..<count { scale *= 10 }
    let scaled = Int((magnitude * Double(scale)).rounded(.toNearestOrEven))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard count > 0 else { return "\(sign)\(scaled)" }
    let decimals = zeroPadded("\(scaled % scale)", to: count)
    return "\(sign)\(scaled / scale).\(decimals)"
  }
}

/// A number of things, as `1 document` or `30,460 documents`.
///
/// - Parameters:
///   - count: How many.
///   - noun: What one is called; an s makes it the plural.
/// - Returns: The number and the noun.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count.groupedDescription) \(noun)\(count == 1 ? "" : "s")"
}
