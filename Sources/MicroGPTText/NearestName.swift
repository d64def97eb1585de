/// The one of some names that a misspelt one is likely to mean.
///
/// Case, leading hyphens, and the difference between `-` and `_` do not count.
///
/// - Parameters:
///   - text: What was written.
///   - names: The names that it may mean, the first of equally near ones.
/// - Returns: `nil` if none is near: if more than a third of the letters
///   differ.
package func nearestName(
  to text: String, among names: [String]
) -> String? {
  let lengthLimit = 64
  guard text.utf8.count <= lengthLimit else { return nil }
  let letters = comparedLetters(text)
  var nearest: (name: String, distance: Int)?
  for name in names {
    let others = comparedLetters(name)
    let limit = max(1, max(letters.count, others.count) / 3)
    let distance = editDistance(letters, others)
    guard distance <= limit, distance < min(letters.count, others.count),
      distance < nearest?.distance ?? .max
    else { continue }
    nearest = (name, distance)
  }
  return nearest?.name
}

private func comparedLetters(_ text: String) -> [UInt8] {
  text.utf8.drop { $0 == UInt8(ascii: "-") }.map { byte in
    switch byte {
    case UInt8(ascii: "-"): UInt8(ascii: "_")
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    default: byte
    }
  }
}

/// The number of letters to insert, remove, replace or swap with the next one
/// to make one word of another (optimal string alignment).
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for row in first.indices {
    var current = [row + 1]
    for column in second.indices {
      let isSame = first[row] == second[column]
      var distance = min(
        last[column] + (isSame ? 0 : 1), last[column + 1] + 1,
        current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1],
        first[row - 1] == second[column]
      {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      current.append(distance)
    }
    beforeLast = last
    last = current
  }
  return last[second.count]
}
