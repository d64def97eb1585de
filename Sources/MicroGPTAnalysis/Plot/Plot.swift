/// What a picture of a curve shows, whatever it is drawn with.
struct Plot {
  let curve: LossCurve
  /// The losses of training without their noise.
  let smoothed: [LossPoint]
  /// Whether they differ from the losses of training.
  let isSmoothed: Bool
  /// The lowest point of validation, the first of several.
  let lowestValidation: LossPoint?
  /// The steps from the left edge to the right one.
  let steps: ClosedRange<Double>
  /// The losses from the lower edge to the upper one.
  let losses: ClosedRange<Double>
  /// The number of points beyond the edges.
  let hiddenCount: Int

  /// Lays out a picture.
  ///
  /// - Parameters:
  ///   - curve: The curve.
  ///   - isRawShown: Whether the losses of training are shown as they are
  ///     beside the smoothed ones.
  init(_ curve: LossCurve, isRawShown: Bool) {
    self.curve = curve
    smoothed = curve.training.smoothed()
    isSmoothed = smoothed != curve.training
    lowestValidation = curve.validation.min { $0.loss < $1.loss }
    let all = curve.training + curve.validation
    steps = Self.stepRange(all.map(\.step))

    let raw = isRawShown ? curve.training : []
    let bands = [
      Self.band(smoothed), Self.band(curve.validation),
      Self.band(raw, quantile: 0.99),
    ].compactMap { $0 }
    let lower = bands.map(\.lowerBound).min() ?? 0
    let upper = bands.map(\.upperBound).max() ?? 0
    let losses = Self.widened(lower...upper)
    self.losses = losses
    hiddenCount = ((isRawShown ? raw : smoothed) + curve.validation)
      .count { !losses.contains($0.loss) }
  }

  /// How far to the right a step lies: 0 to 1 from edge to edge.
  func x(_ step: Double) -> Double {
    (step - steps.lowerBound) / (steps.upperBound - steps.lowerBound)
  }

  /// How high a loss lies: 0 to 1 from edge to edge, and beyond them as far as
  /// a quarter.
  func y(_ loss: Double) -> Double {
    let height =
      (loss - losses.lowerBound) / (losses.upperBound - losses.lowerBound)
    return min(max(height, -0.25), 1.25)
  }

  /// Whether a point lies within the edges.
  func shows(_ point: LossPoint) -> Bool { losses.contains(point.loss) }

  /// What to say of the points that are not to be seen; `nil` if all are.
  var note: String? {
    switch hiddenCount {
    case 0: nil
    case 1: "1 point lies outside"
    default: "\(hiddenCount.groupedDescription) points lie outside"
    }
  }

  // MARK: - Ranges

  /// From the first step to the last, or from 0 where that is near.
  private static func stepRange(_ steps: [Int]) -> ClosedRange<Double> {
    let lower = Double(steps.min() ?? 0)
    let upper = Double(steps.max() ?? 0)
    if lower <= upper / 10, upper > 0 { return 0...upper }
    return lower < upper ? lower...upper : max(0, lower - 1)...(upper + 1)
  }

  /// The losses to show of a series.
  ///
  /// All of them, but for the greatest and the least beyond a quantile if one
  /// is given, and for the greatest fiftieth (the first steps, mostly) where
  /// they would leave less than a third of the height to the others.
  private static func band(
    _ points: [LossPoint], quantile: Double = 1
  ) -> ClosedRange<Double>? {
    let losses = points.map(\.loss).sorted()
    guard let last = losses.indices.last else { return nil }
    func loss(atQuantile quantile: Double) -> Double {
      losses[Int((quantile * Double(last)).rounded(.toNearestOrAwayFromZero))]
    }
    let lower = loss(atQuantile: 1 - quantile)
    let upper = loss(atQuantile: quantile)
    let usual = loss(atQuantile: min(quantile, 0.98))
    return lower...(upper - lower > 3 * (usual - lower) ? usual : upper)
  }

  /// A range with a margin, and some height if it has next to none.
  private static func widened(
    _ range: ClosedRange<Double>
  ) -> ClosedRange<Double> {
    let unit = max(1, range.lowerBound.magnitude, range.upperBound.magnitude)
    let height = range.upperBound - range.lowerBound
    let margin = height < 1e-3 * unit ? 0.1 * unit : 0.04 * height
    return (range.lowerBound - margin)...(range.upperBound + margin)
  }
}

/// The name of what a picture shows, as a picture can show it: no control
/// characters, nothing that XML does not allow, not too long.
func heading(_ name: String) -> String {
  let maximumLength = 60
  let scalars = name.unicodeScalars.prefix(maximumLength).map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .lineSeparator, .paragraphSeparator:
      "\u{fffd}" as Character
    default: Character(scalar)
    }
  }
  let isCut = name.unicodeScalars.count > maximumLength
  return String(scalars) + (isCut ? "…" : "")
}
