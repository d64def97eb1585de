extension LossCurve {
  /// The curve as a picture: SVG 1.1, 800 × 450, complete in itself.
  ///
  /// Training is drawn pale as it is (of many points the extremes of each
  /// stretch) and strong when smoothed by centred moving means over a tenth of
  /// the points; fewer than 40 points are not smoothed. The lowest
  /// loss of validation is marked. Outliers do not press the rest together:
  /// what lies beyond the frame is cut off, and the picture says of how many
  /// losses. The same curve and name always give the same bytes. In O(n log n).
  ///
  /// - Parameter name: What it is the curve of, as a file's name: the heading.
  /// - Returns: The text of the file.
  public func svg(title name: String) -> String {
    SVGPicture(Plot(self, isRawShown: true)).text(heading: heading(name))
  }
}

/// A picture of a curve as SVG.
private struct SVGPicture {
  let plot: Plot

  init(_ plot: Plot) { self.plot = plot }

  // The frame in pixels, y downwards.
  private let left = 68.0
  private let right = 752.0
  private let top = 76.0
  private let bottom = 394.0

  // Blue and vermilion of Okabe and Ito (2008), which everybody tells apart.
  private let blue = "#0072b2"
  private let paleBlue = "#b5d6ea"
  private let vermilion = "#d55e00"

  /// Losses of training as they are: more than 2 a pixel would not be seen.
  private let rawStretchCount = 700
  /// More points of validation have no dots.
  private let maximumDotCount = 100

  func text(heading: String) -> String {
    let heading = escaped(heading)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="800" \
      height="450" viewBox="0 0 800 450" font-family="Helvetica, Arial, \
      sans-serif" font-size="12" fill="#444444">
      <title>Loss of \(heading)</title>
      <rect width="800" height="450" fill="#ffffff"/>
      <clipPath id="frame"><rect x="\(left.pixels)" y="\(top.pixels)" \
      width="\((right - left).pixels)" height="\((bottom - top).pixels)"/>\
      </clipPath>
      <text x="\(left.pixels)" y="30" font-size="17" font-weight="bold" \
      fill="#222222">\(heading)</text>

      """ + legend + axes + "<g clip-path=\"url(#frame)\" fill=\"none\""
        + " stroke-linejoin=\"round\" stroke-linecap=\"round\">\n" + lines
        + "</g>\n" + dots + "</svg>\n"
  }

  // MARK: - Parts

  private var legend: String {
    var text = ""
    var x = left
    func add(_ name: String, _ color: String, width: Double, _ mark: String) {
      if width > 0 {
        text +=
          "<line x1=\"\(x.pixels)\" y1=\"52\" x2=\"\((x + 22).pixels)\""
          + " y2=\"52\" stroke=\"\(color)\" stroke-width=\"\(width.pixels)\"/>\n"
      }
      text += mark
      text += "<text x=\"\((x + 29).pixels)\" y=\"56\">\(name)</text>\n"
      // What the letters take is the viewer's affair: room enough for most.
      x += 56 + 6.2 * Double(name.count)
    }
    if plot.isSmoothed { add("training", paleBlue, width: 2, "") }
    if !plot.smoothed.isEmpty {
      add(
        plot.isSmoothed ? "training, smoothed" : "training", blue, width: 2.5,
        "")
    }
    if let lowest = plot.lowestValidation {
      add("validation", vermilion, width: 2, dot(x: x + 11, y: 52, vermilion))
      add(
        "lowest: \(lowest.loss.text(decimals: 4))"
          + " at step \(lowest.step.groupedDescription)", vermilion, width: 0,
        ring(x: x + 17, y: 52))
    }
    return text
  }

  private var axes: String {
    var grid = ""
    var texts = ""
    let losses = Ticks(plot.losses, atMost: 7, isWhole: false)
    for (loss, text) in zip(losses.values, losses.texts) {
      let y = y(loss)
      grid += "M\(left.pixels) \(y.pixels)H\(right.pixels)"
      texts +=
        "<text x=\"\((left - 8).pixels)\" y=\"\((y + 4).pixels)\""
        + " text-anchor=\"end\">\(text)</text>\n"
    }
    var marks = ""
    let steps = Ticks(plot.steps, atMost: 8, isWhole: true)
    for (step, text) in zip(steps.values, steps.texts) {
      let x = x(step)
      marks += "M\(x.pixels) \(bottom.pixels)v5"
      texts +=
        "<text x=\"\(x.pixels)\" y=\"\((bottom + 19).pixels)\""
        + " text-anchor=\"middle\">\(text)</text>\n"
    }
    let middle = ((top + bottom) / 2).pixels
    return """
      <path d="\(grid)" stroke="#e4e4e4" fill="none"/>
      <path d="M\(left.pixels) \(bottom.pixels)H\(right.pixels)\(marks)" \
      stroke="#888888" fill="none"/>
      \(texts)<text x="\(((left + right) / 2).pixels)" y="436" \
      text-anchor="middle">step</text>
      \(note)\
      <text x="18" y="\(middle)" text-anchor="middle" \
      transform="rotate(-90 18 \(middle))">loss in nats a token</text>

      """
  }

  private var note: String {
    guard let note = plot.note else { return "" }
    return "<text x=\"\(right.pixels)\" y=\"436\" text-anchor=\"end\""
      + " fill=\"#777777\">\(note)</text>\n"
  }

  private var lines: String {
    var text = ""
    if plot.isSmoothed {
      text += line(
        plot.curve.training.extremes(ofStretches: rawStretchCount),
        paleBlue, width: 1)
    }
    text += line(plot.smoothed, blue, width: 2.5)
    text += line(
      plot.curve.validation.extremes(ofStretches: rawStretchCount), vermilion,
      width: 2)
    return text
  }

  private var dots: String {
    var text = ""
    if plot.smoothed.count == 1, let point = plot.smoothed.first {
      text += dot(point, blue)
    }
    if plot.curve.validation.count <= maximumDotCount {
      for point in plot.curve.validation where plot.shows(point) {
        text += dot(point, vermilion)
      }
    }
    if let lowest = plot.lowestValidation, plot.shows(lowest) {
      text += ring(x: x(Double(lowest.step)), y: y(lowest.loss))
    }
    return text
  }

  // MARK: - Elements

  private func x(_ step: Double) -> Double {
    left + plot.x(step) * (right - left)
  }

  private func y(_ loss: Double) -> Double {
    bottom - plot.y(loss) * (bottom - top)
  }

  private func line(
    _ points: [LossPoint], _ color: String, width: Double
  ) -> String {
    guard points.count > 1 else { return "" }
    let places = points.map { point in
      "\(x(Double(point.step)).pixels),\(y(point.loss).pixels)"
    }.joined(separator: " ")
    return "<polyline stroke=\"\(color)\" stroke-width=\"\(width.pixels)\""
      + " points=\"\(places)\"/>\n"
  }

  private func dot(_ point: LossPoint, _ color: String) -> String {
    dot(x: x(Double(point.step)), y: y(point.loss), color)
  }

  private func dot(x: Double, y: Double, _ color: String) -> String {
    "<circle cx=\"\(x.pixels)\" cy=\"\(y.pixels)\" r=\"3\" fill=\"\(color)\"/>\n"
  }

  private func ring(x: Double, y: Double) -> String {
    """
    <circle cx="\(x.pixels)" cy="\(y.pixels)" r="5.5" fill="#ffffff" \
    stroke="\(vermilion)" stroke-width="2.5"/>

    """
  }
}

extension Double {
  /// A length in pixels: one decimal, or none if that is zero.
  fileprivate var pixels: String {
    let tenths = Int((self * 10).rounded())
    guard !tenths.isMultiple(of: 10) else { return "\(tenths / 10)" }
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}

/// Text as XML has it between tags.
private func escaped(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    default: String(scalar)
    }
  }.joined()
}
