/// Round places on an axis: multiples of 1, 2 or 5 times a power of ten.
struct Ticks {
  /// The places, increasing.
  let values: [Double]
  /// What to write beside each.
  let texts: [String]

  /// Chooses as many as there may be.
  ///
  /// - Parameters:
  ///   - range: What the axis shows; wider than a millionth of its bounds.
  ///   - count: The most intervals between ticks, 1 or more.
  ///   - isWhole: Whether there is nothing between whole numbers.
  init(_ range: ClosedRange<Double>, atMost count: Int, isWhole: Bool) {
    let span = range.upperBound - range.lowerBound
    var chosen = (interval: 1.0, decimals: 0)
    search: for exponent in (isWhole ? 0 : -9)...31 {
      for mantissa in [1, 2, 5] {
        // From the text, as 10^-3 is no exact product.
        guard let interval = Double("\(mantissa)e\(exponent)") else { continue }
        chosen = (interval, max(0, -exponent))
        if span / interval <= Double(count) { break search }
      }
    }
    let (interval, decimals) = chosen
    let first = (range.lowerBound / interval - 1e-9).rounded(.up)
    let last = (range.upperBound / interval + 1e-9).rounded(.down)
    values = stride(from: first, through: last, by: 1).map { $0 * interval }
    texts = values.map { $0.text(decimals: decimals) }
  }
}
