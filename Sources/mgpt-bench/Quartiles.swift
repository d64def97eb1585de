/// The median of some numbers and the quartiles around it.
struct Quartiles {
  let low: Double
  let median: Double
  let high: Double

  /// - Parameter values: At least one.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    // Between neighbours in proportion: a quarter of 4 steps is the second
    // of 5 values.
    func at(_ part: Double) -> Double {
      let place = part * Double(sorted.count - 1)
      let (index, rest) = (Int(place), place - place.rounded(.down))
      let next = sorted[min(index + 1, sorted.count - 1)]
      return sorted[index] + rest * (next - sorted[index])
    }
    (low, median, high) = (at(0.25), at(0.5), at(0.75))
  }
}
