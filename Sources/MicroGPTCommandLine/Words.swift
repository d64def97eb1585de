import MicroGPTFormat
import MicroGPTText

/// Numbers and tables as people read them.
extension BinaryInteger {
  /// The number with its thousands apart, as `30,460`.
  public var grouped: String {
    var text = ""
    for (index, digit) in magnitude.description.reversed().enumerated() {
      if index > 0 && index.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}

extension Double {
  /// The number with a fixed number of decimals, as `2.2764`.
  ///
  /// - Parameter count: The number of decimals, 0 to 9.
  /// - Returns: The text; `nan` and `inf` as such.
  public func rounded(decimals count: Int) -> String {
    guard isFinite, magnitude < 1e9 else { return description }
    var scale = 1
    for _ in 0..<count { scale *= 10 }
    let scaled = Int((magnitude * Double(scale)).rounded(.toNearestOrEven))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard count > 0 else { return "\(sign)\(scaled)" }
    let decimals = "\(scaled % scale)"
    let zeros = String(repeating: "0", count: count - decimals.count)
    return "\(sign)\(scaled / scale).\(zeros)\(decimals)"
  }
}

/// A number of things, as `1 document` or `30,460 documents`.
///
/// - Parameters:
///   - count: How many.
///   - noun: What one is called; an s makes it the plural.
/// - Returns: The number and the noun.
public func counted(_ count: Int, _ noun: String) -> String {
  "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
}

/// A file's name in a line of text: its control characters are escaped.
///
/// - Parameter path: The name.
/// - Returns: What to print of it.
public func shownPath(_ path: String) -> String { escapingControls(path) }

/// A word as a shell takes it: quoted where it has to be, and no option.
///
/// - Parameter word: A file's name.
/// - Returns: What to type for it.
public func shellWord(_ word: String) -> String {
  let word = word.hasPrefix("-") ? "./" + word : word
  if escapingControls(word) != word { return dollarQuoted(word) }
  let isPlain = word.utf8.allSatisfy { byte in
    byte > 0x7f || "/._-+,:@%=".utf8.contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
  guard !isPlain || word.isEmpty else { return word }
  let quoted = word.split(separator: "'", omittingEmptySubsequences: false)
  return "'" + quoted.joined(separator: "'\\''") + "'"
}

/// A word with control characters, which stay on the line in no other quotes.
private func dollarQuoted(_ word: String) -> String {
  let bytes = word.utf8.map { byte in
    let isPlain = (0x20..<0x7F).contains(byte) && !"\\'".utf8.contains(byte)
    let digits = String(byte, radix: 8)
    return isPlain
      ? String(UnicodeScalar(byte))
      : "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }
  return "$'\(bytes.joined())'"
}

/// A table in columns of text, numbers to the right.
public struct TextTable {
  private let rightAligned: Set<Int>
  private var rows: [[String]]

  /// Creates a table with a row of headings.
  ///
  /// - Parameters:
  ///   - headings: The headings.
  ///   - rightAligned: The columns that hold numbers.
  public init(headings: [String], rightAligned: Set<Int>) {
    rows = [headings]
    self.rightAligned = rightAligned
  }

  /// Appends a row.
  ///
  /// - Parameter cells: As many cells as there are headings.
  public mutating func append(_ cells: [String]) {
    rows.append(cells)
  }

  /// The table, a line a row.
  public var text: String {
    let widths = rows[0].indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return rightAligned.contains(column) ? padding + cell : cell + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}

/// A curve of numbers in one line of text, as `█▆▅▃▂▁`.
///
/// - Parameters:
///   - values: The numbers; those that are not finite are passed over.
///   - width: The most characters.
/// - Returns: The curve; each character shows the mean of its share.
public func curve(_ values: [Double], width: Int) -> String {
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
