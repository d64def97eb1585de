import CMicroGPTKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct TokenDrawTests {
  @Test(arguments: KernelSet.all, [1, 2, 15, 16, 27, 64, 65, 300])
  func weights(set: KernelSet, width: Int) {
    var numbers = Numbers()
    let (count, temperature) = (5, Float(0.7))
    let logits = numbers.array(count * width).map { 6 * $0 }
    var weights = [Float](repeating: .nan, count: logits.count)
    set.kernels.weigh(&weights, logits, temperature, count, width)
    for row in 0..<count {
      let range = row * width..<(row + 1) * width
      let top = logits[range].max() ?? 0
      #expect(weights[range].max() == 1, "seed \(numbers.seed)")
      for index in range {
        let expected = exp(Double((logits[index] - top) / temperature))
        #expect(
          abs(Double(weights[index]) - expected) <= 2e-7 * expected,
          "seed \(numbers.seed)")
      }
    }
  }

  /// The first element at which the running sum exceeds its share.
  @Test(arguments: KernelSet.all, [1, 2, 16, 27, 64, 65, 300])
  func picks(set: KernelSet, width: Int) {
    var numbers = Numbers()
    let count = 23  // fours, and some alone
    let weights = numbers.array(count * width).map { max(0, $0) }
    let units = numbers.array(count).map { Double(abs($0)) * 0.999 }
    var picks = [Int32](repeating: -1, count: count)
    set.kernels.pick(&picks, weights, units, count, width)
    for row in 0..<count {
      let row = (
        weights[row * width..<(row + 1) * width], units[row], picks[row]
      )
      let total = row.0.reduce(0) { $0 + Double($1) }
      guard total > 0 else { continue }
      var sum = 0.0
      let expected = row.0.map(Double.init).firstIndex {
        sum += $0
        return sum > row.1 * total
      }
      #expect(Int(row.2) == expected, "seed \(numbers.seed)")
    }
  }

  @Test(arguments: KernelSet.all, [1, 27, 100])
  func nothingIsPickedOfNoNumbers(set: KernelSet, width: Int) {
    for poison in [Float.nan, .infinity, 0] {
      let weights = [Float](repeating: poison, count: 7 * width)
      var picks = [Int32](repeating: -1, count: 7)
      set.kernels.pick(
        &picks, weights, (0..<7).map { Double($0) / 7 }, 7, width)
      #expect(picks.allSatisfy { $0 == -1 })
    }
  }
}
