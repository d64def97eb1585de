import Testing

@testable import MicroGPTAnalysis

@Suite struct SmoothingTests {
  @Test func fewPointsStayAsTheyAre() {
    for count in [0, 1, 5, 39] {
      let noise = points((0..<count).map { Double($0 * 37 % 11) })
      #expect(noise.smoothed() == noise)
    }
  }

  @Test func movingMeansBySimpleSums() {
    // 400 points: a mean of 41, with half of what precedes at the beginning.
    let losses = (0..<400).map { Double($0 * 7_919 % 101) }
    let smoothed = points(losses).smoothed()
    #expect(smoothed.map(\.step) == Array(1...400))
    for (index, reach) in [
      0: 0, 1: 0, 2: 1, 5: 2, 39: 19, 40: 20, 41: 20, 200: 20, 379: 20,
    ] {
      var sum = 0.0
      for other in (index - reach)...(index + reach) { sum += losses[other] }
      let mean = sum / Double(2 * reach + 1)
      #expect(abs(smoothed[index].loss - mean) < 1e-12, "\(index)")
    }
    // At the end the last point cuts the window off.
    let last = losses[379...].reduce(0, +) / 21
    #expect(abs(smoothed[399].loss - last) < 1e-12)
  }

  @Test func smoothingKeepsALineAndASpikeIsOver() {
    let line = points((0..<1_000).map { 5 - 0.003 * Double($0) })
    for (old, new) in zip(line.dropLast(50), line.smoothed()) {
      #expect(abs(old.loss - new.loss) < 1e-9)
    }
    let spike = points([26] + Array(repeating: 2, count: 999)).smoothed()
    #expect(spike[0].loss == 26)
    #expect(spike.dropFirst().allSatisfy { $0.loss == 2 })
  }

  @Test func manyPointsBecomeMeansOfStretches() {
    let losses = (0..<10_500).map { Double($0 % 7) }
    let means = points(losses).means(atMost: 1_000)
    #expect(means.count == 1_000)
    for index in [0, 1, 499, 999] {
      let lower = index * 10_500 / 1_000
      let upper = (index + 1) * 10_500 / 1_000
      var sum = 0.0
      for other in lower..<upper { sum += losses[other] }
      #expect(abs(means[index].loss - sum / Double(upper - lower)) < 1e-12)
      #expect(lower + 1...upper ~= means[index].step)
    }
    #expect(zip(means, means.dropFirst()).allSatisfy { $0.step < $1.step })
    #expect(points(losses).means(atMost: 10_500) == points(losses))
    #expect(points(losses).smoothed().count == 1_000)
  }

  @Test func extremesKeepTheLowestAndTheHighest() {
    let losses = (0..<10_000).map { Double($0 * 7_919 % 10_007) }
    let all = points(losses)
    let extremes = all.extremes(ofStretches: 100)
    #expect(extremes.count <= 200)
    #expect(
      zip(extremes, extremes.dropFirst()).allSatisfy { $0.step < $1.step })
    for start in stride(from: 0, to: 10_000, by: 100) {
      let stretch = losses[start..<start + 100]
      let kept = extremes.filter { start + 1...start + 100 ~= $0.step }
      #expect(kept.map(\.loss).min() == stretch.min())
      #expect(kept.map(\.loss).max() == stretch.max())
    }
    #expect(points([1, 1, 1]).extremes(ofStretches: 1) == points([1]))
    #expect(points([1, 2]).extremes(ofStretches: 1) == points([1, 2]))
  }
}
