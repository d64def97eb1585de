extension LossCurve {
  /// The curve as text of 72 columns: a plot, and the first, last and lowest
  /// losses.
  ///
  /// Training, smoothed as in ``svg(title:)``, is a line of Braille dots, each
  /// loss of validation an `o`. There are no control sequences. In O(n log n).
  ///
  /// - Parameter name: What it is the curve of, as a file's name.
  /// - Returns: The lines.
  public func textPlot(title name: String) -> String {
    TextPicture(Plot(self, isRawShown: false)).text(heading: heading(name))
  }
}

/// A picture of a curve as text.
private struct TextPicture {
  let plot: Plot
  private let losses: Ticks
  private let labelWidth: Int
  private let columnCount: Int
  private let rowCount = 14

  init(_ plot: Plot) {
    self.plot = plot
    losses = Ticks(plot.losses, atMost: 6, isWhole: false)
    labelWidth = losses.texts.map(\.count).max() ?? 0
    columnCount = max(20, 72 - labelWidth - 2)
  }

  func text(heading: String) -> String {
    let lines =
      ["\(heading): loss in nats a token by steps"] + frame + stepAxis
      + [legend, ""] + table
    return lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  // MARK: - Parts

  /// The plot with the losses on its left.
  private var frame: [String] {
    var canvas = BrailleCanvas(columns: columnCount, rows: rowCount)
    let dots = plot.smoothed.map { point in
      (
        x: place(plot.x(Double(point.step)), of: canvas.width),
        y: place(plot.y(point.loss), of: canvas.height)
      )
    }
    for (start, end) in zip(dots, dots.dropFirst()) {
      canvas.line(from: start, to: end)
    }
    if dots.count == 1, let (x, y) = dots.first {
      canvas.line(from: (x - 2, y), to: (x + 2, y))
    }
    var characters = canvas.characters
    for point in plot.curve.validation where plot.shows(point) {
      let row = place(plot.y(point.loss), of: canvas.height) / 4
      let column = place(plot.x(Double(point.step)), of: canvas.width) / 2
      characters[rowCount - 1 - row][column] = "o"
    }
    var labels = Array(repeating: "", count: rowCount)
    for (loss, text) in zip(losses.values, losses.texts) {
      labels[rowCount - 1 - place(plot.y(loss), of: canvas.height) / 4] = text
    }
    return zip(labels, characters).map { label, row in
      padded(label) + (label.isEmpty ? " │" : " ┤") + String(row)
    }
  }

  /// The lower edge with the steps beneath, of those that have room.
  private var stepAxis: [String] {
    var edge = Array(repeating: "─" as Character, count: columnCount)
    var texts = ""
    let steps = Ticks(plot.steps, atMost: 6, isWhole: true)
    for (step, text) in zip(steps.values, steps.texts) {
      let column = place(plot.x(step), of: columnCount)
      edge[column] = "┬"
      let start = min(
        max(0, labelWidth + 2 + column - text.count / 2), 72 - text.count)
      guard texts.isEmpty || start > texts.count else { continue }
      texts += String(repeating: " ", count: start - texts.count) + text
    }
    return [padded("") + " └" + String(edge), texts]
  }

  private var legend: String {
    var entries: [String] = []
    if !plot.smoothed.isEmpty {
      entries.append(plot.isSmoothed ? "⠒⠒ training, smoothed" : "⠒⠒ training")
    }
    if !plot.curve.validation.isEmpty { entries.append("o validation") }
    if let note = plot.note { entries.append(note) }
    return padded("") + "  " + entries.joined(separator: "   ")
  }

  /// First, last and lowest of each series.
  private var table: [String] {
    let series = [
      ("training", plot.curve.training), ("validation", plot.curve.validation),
    ].filter { !$0.1.isEmpty }
    let rows = series.map { name, points in
      let lowest = points.min { $0.loss < $1.loss }
      return [name]
        + [points.first, points.last, lowest].compactMap { $0 }.map { point in
          "\(point.loss.text(decimals: 4)) at \(point.step.groupedDescription)"
        }
    }
    let cells = [["", "first", "last", "lowest"]] + rows
    let widths = (0..<4).map { column in
      cells.map { $0[column].count }.max() ?? 0
    }
    return cells.map { row in
      zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }.joined(separator: "   ")
    }
  }

  // MARK: - Places

  /// A share of a length, 0 to 1, as one of so many places; beyond these where
  /// it lies beyond.
  private func place(_ share: Double, of count: Int) -> Int {
    Int((share * Double(count - 1)).rounded())
  }

  private func padded(_ label: String) -> String {
    String(repeating: " ", count: labelWidth - label.count) + label
  }
}
