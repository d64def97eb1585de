import MicroGPTText

extension Double {
  /// The number with a fixed number of decimals and its thousands apart, as
  /// `12,345.60`; with an exponent from 10^9 on, unless it is whole.
  ///
  /// - Parameter count: The number of decimals, 0 to 9.
  /// - Returns: The text, the same on every machine.
  func text(decimals count: Int) -> String {
    guard magnitude < 1e9 || count == 0 && magnitude < 0x1p53 + 1 else {
      return description
    }
    let scale = (0..<count).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((magnitude * Double(scale)).rounded(.toNearestOrEven))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    let whole = sign + (scaled / scale).groupedDescription
    guard count > 0 else { return whole }
    return "\(whole).\(zeroPadded("\(scaled % scale)", to: count))"
  }
}
