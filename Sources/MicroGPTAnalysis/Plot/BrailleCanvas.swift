/// Dots in characters of text, 2 × 4 in each: the Braille patterns of Unicode.
struct BrailleCanvas {
  /// The number of dots from left to right.
  let width: Int
  /// The number of dots from bottom to top.
  let height: Int
  private var rows: [[UInt8]]  // (characters down, characters across)

  init(columns: Int, rows rowCount: Int) {
    width = columns * 2
    height = rowCount * 4
    rows = Array(
      repeating: Array(repeating: 0, count: columns), count: rowCount)
  }

  /// Sets a dot; one beyond the canvas is passed over.
  ///
  /// - Parameters:
  ///   - x: From the left.
  ///   - y: From below.
  mutating func set(_ x: Int, _ y: Int) {
    guard 0..<width ~= x, 0..<height ~= y else { return }
    let down = height - 1 - y
    // Unicode numbers the dots 1 to 3 and 7 on the left, 4 to 6 and 8 on the
    // right, each a bit.
    let bits: [[UInt8]] = [
      [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
    ]
    rows[down / 4][x / 2] |= bits[down % 4][x % 2]
  }

  /// Sets the dots of a line, both ends included.
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let width = end.x - start.x
    let height = end.y - start.y
    let count = max(abs(width), abs(height), 1)
    for index in 0...count {
      let share = Double(index) / Double(count)
      set(
        start.x + Int((share * Double(width)).rounded()),
        start.y + Int((share * Double(height)).rounded()))
    }
  }

  /// The characters, row by row from the top; blanks where there are no dots.
  var characters: [[Character]] {
    rows.map { row in
      row.map { bits in
        bits == 0
          ? " " : Character(Unicode.Scalar(0x2800 + UInt32(bits)) ?? " ")
      }
    }
  }
}
