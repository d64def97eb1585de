extension [LossPoint] {
  /// The points in so many stretches of equally many, or fewer stretches if
  /// there are not so many points.
  private func stretches(_ count: Int) -> [ArraySlice<LossPoint>] {
    let stretchCount = Swift.min(count, self.count)
    return (0..<stretchCount).map { index in
      self[
        index * self.count / stretchCount..<(index + 1) * self.count
          / stretchCount]
    }
  }

  /// At most so many points, each the mean of a stretch, at its middle step.
  func means(atMost count: Int) -> [LossPoint] {
    guard self.count > count else { return self }
    return stretches(count).map { stretch in
      LossPoint(
        step: stretch[(stretch.startIndex + stretch.endIndex) / 2].step,
        loss: stretch.reduce(0) { $0 + $1.loss } / Double(stretch.count))
    }
  }

  /// At most twice so many points: the lowest and highest of each stretch.
  ///
  /// They keep their order, and look as all would when drawn.
  func extremes(ofStretches count: Int) -> [LossPoint] {
    guard self.count > 2 * count else { return self }
    return stretches(count).flatMap { stretch in
      let lowest = stretch.min { $0.loss < $1.loss }
      let highest = stretch.max { $0.loss < $1.loss }
      return Set([lowest, highest].compactMap { $0 })
        .sorted { $0.step < $1.step }
    }
  }

  /// The points without their noise: centred moving means of a tenth of them.
  ///
  /// Of more than 1,000 points the means of 1,000 stretches are taken first. A
  /// mean reaches a twentieth of the points to each side, but not further than
  /// half of those before it, so that a steep beginning stays one; the last
  /// point cuts it off. Fewer than 40 points are left as they are. In O(n).
  func smoothed() -> [LossPoint] {
    let points = means(atMost: 1_000)
    let maximumReach = points.count / 20
    guard maximumReach > 1 else { return points }
    return points.indices.map { index in
      let reach = Swift.min(maximumReach, index / 2)
      let last = Swift.min(index + reach, points.count - 1)
      let window = points[(index - reach)...last]
      return LossPoint(
        step: points[index].step,
        loss: window.reduce(0) { $0 + $1.loss } / Double(window.count))
    }
  }
}
