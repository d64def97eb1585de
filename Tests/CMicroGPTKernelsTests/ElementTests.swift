import CMicroGPTKernels
import Testing

@Suite struct ElementTests {
  @Test(arguments: KernelSet.all, [0, 1, 4, 15, 16, 17, 50])
  func sums(set: KernelSet, count: Int) {
    var numbers = Numbers()
    let (a, b) = (numbers.array(count), numbers.array(count))
    var sums = a
    set.kernels.add(&sums, b, count)
    #expect(sums == zip(a, b).map { $0 + $1 }, "seed \(numbers.seed)")
  }

  @Test(arguments: KernelSet.all, [1, 16, 37])
  func adam(set: KernelSet, count: Int) {
    var numbers = Numbers()
    var (w, m, g) = (
      numbers.array(count), numbers.array(count), numbers.array(count)
    )
    var v = numbers.array(count).map { $0 * $0 }
    g[0] = 0
    let step = mgpt_adam_step(
      rate: 0.02, beta1: 0.85, complement1: 0.15, beta2: 0.99,
      root_complement2: 0.1, epsilon: 1e-8, keep: 0.9, gradient_scale: 0.3)
    var expected: [[Double]] = [[], [], []]
    for i in 0..<count {
      let gradient = 0.3 * Double(g[i])
      let mean = 0.85 * Double(m[i]) + 0.15 * gradient
      let square = 0.99 * Double(v[i]) + 0.01 * gradient * gradient
      expected[0].append(
        0.9 * Double(w[i]) - 0.02 * mean / (square.squareRoot() + 1e-8))
      expected[1].append(mean)
      expected[2].append(square)
    }
    withUnsafePointer(to: step) {
      set.kernels.adam(&w, &m, &v, g, $0, count)
    }
    expectClose(w, expected[0], terms: 4, "seed \(numbers.seed)")
    expectClose(m, expected[1], terms: 4, "seed \(numbers.seed)")
    expectClose(v, expected[2], terms: 4, "seed \(numbers.seed)")
  }

  /// Moments without gradients stop at normal numbers, and numbers that are not
  /// finite are not hidden.
  @Test(arguments: KernelSet.all)
  func momentsStayNormal(set: KernelSet) {
    var (w, m, v): ([Float], [Float], [Float]) = (
      [1, 1, 1, 1, 1], [1e-37, -1e-32, 1e-6, .nan, 1],
      [0, 1e-37, 1e-6, 1, .nan]
    )
    let step = mgpt_adam_step(
      rate: 0.02, beta1: 0.85, complement1: 0.15, beta2: 0.99,
      root_complement2: 0.1, epsilon: 1e-8, keep: 1, gradient_scale: 1)
    withUnsafePointer(to: step) {
      set.kernels.adam(&w, &m, &v, [0, 0, 0, 0, .infinity], $0, 5)
    }
    #expect(m[0] == 0)
    #expect(abs(m[1] + 0.85e-32) < 1e-34)
    #expect(m[2] == Float(1e-6) * 0.85)
    #expect(v[0] == 0x1p-120 && v[1] == 0x1p-120)
    #expect(v[2] == Float(1e-6) * 0.99)
    #expect(Array(w[..<2]) == [1, 1])
    #expect(!w[3].isFinite && !w[4].isFinite)
  }

  /// The same bits in all sets: the baseline's squares are exact as well.
  @Test(arguments: KernelSet.all, [0, 1, 5, 16, 31, 32, 1000])
  func sumOfSquares(set: KernelSet, count: Int) {
    var numbers = Numbers()
    for scale in [1, 0x1p-140, 0x1p127] as [Float] {
      let values = numbers.array(count, scale: scale)
      var lanes = [Double](repeating: 0, count: 16)
      for (index, value) in values.enumerated() {
        lanes[index % 16] += Double(value) * Double(value)
      }
      while lanes.count > 1 {
        let half = lanes.count / 2
        lanes = (0..<half).map { lanes[$0] + lanes[$0 + half] }
      }
      #expect(
        set.kernels.sum_of_squares(values, count) == lanes[0],
        "seed \(numbers.seed)")
    }
    #expect(set.kernels.sum_of_squares([0, .infinity], 2) == .infinity)
    #expect(set.kernels.sum_of_squares([.nan, 1], 2).isNaN)
  }
}
