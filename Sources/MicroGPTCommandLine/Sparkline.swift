/// A curve of numbers in one line of text, as `█▆▅▃▂▁`.
///
/// - Parameters:
///   - values: The numbers; those that are not finite are passed over.
///   - width: The most characters.
/// - Returns: The curve; each character shows the mean of its share.
package func sparkline(_ values: [Double], width: Int) -> String {
  let finite = values.filter(\.isFinite)
  let count = min(width, finite.count)
  let means = (0..<count).map { index in
    let share =
      finite[index * finite.count / count..<(index + 1) * finite.count / count]
    return share.reduce(0, +) / Double(share.count)
  }
  guard let minimum = means.min(), let most = means.max() else { return "" }
  let blocks = Array("▁▂▃▄▅▆▇█")
  return String(
    means.map { mean in
      // Numbers far apart may have a difference beyond all numbers.
      let range = most - minimum
      let height = range > 0 && range.isFinite ? (mean - minimum) / range : 0
      return blocks[Int((height * 7).rounded())]
    })
}
