/// A table in columns of text, numbers to the right.
package struct TextTable {
  private let rightAligned: Set<Int>
  private var rows: [[String]]

  /// Creates a table with a row of headings.
  ///
  /// - Parameters:
  ///   - headings: The headings.
  ///   - rightAligned: The columns that hold numbers.
  package init(headings: [String], rightAligned: Set<Int>) {
    rows = [headings]
    self.rightAligned = rightAligned
  }

  /// Appends a row.
  ///
  /// - Parameter cells: As many cells as there are headings.
  package mutating func append(_ cells: [String]) {
    rows.append(cells)
  }

  /// The table, a line a row.
  package var text: String {
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
