import CMicroGPTKernels
import Foundation
import Testing

@Suite struct ElementTests {
  @Test(arguments: KernelSet.all, [0, 1, 4, 15, 16, 17, 50])
  func addAndRelu(set: KernelSet, count: Int) {
    var numbers = Numbers()
    let (a, b) = (numbers.array(count), numbers.array(count))
    var sums = a
    set.kernels.add(&sums, b, count)
    #expect(sums == zip(a, b).map { $0 + $1 }, "seed \(numbers.seed)")
    set.kernels.relu(&sums, count)
    #expect(
      sums == zip(a, b).map { max($0 + $1, 0) }, "seed \(numbers.seed)")
  }

  @Test(arguments: KernelSet.all)
  func reluKeepsNaN(set: KernelSet) {
    var values: [Float] = [.nan, -.infinity, .infinity, -0.0]
    set.kernels.relu(&values, 4)
    #expect(values[0].isNaN)
    #expect(Array(values[1...]) == [0, .infinity, 0])
    #expect(values[3].sign == .plus)
  }

  @Test(arguments: KernelSet.all)
  func exponentialIsWithinItsBound(set: KernelSet) {
    // Every 7,001st float from 1e-9 to 110 in size, of both signs.
    let first = Float(1e-9).bitPattern
    let last = Float(110).bitPattern
    var inputs = stride(from: first, through: last, by: 7001)
      .map { Float(bitPattern: $0) }
    inputs += inputs.map { -$0 }
    var outputs = inputs
    set.kernels.exp(&outputs, inputs, inputs.count)
    var relative = 0.0
    var mistakes = 0
    for (input, output) in zip(inputs, outputs) {
      let exact = exp(Double(input))
      if Float(exact) == .infinity {
        if output != .infinity { mistakes += 1 }
      } else if exact < Double(Float.leastNormalMagnitude) {
        if output != 0 { mistakes += 1 }
      } else {
        relative = max(relative, abs(Double(output) - exact) / exact)
      }
    }
    #expect(mistakes == 0)
    #expect(relative < (set.kernels.is_fused != 0 ? 7.8e-8 : 1e-7))
  }

  @Test(arguments: KernelSet.all)
  func exponentialOfTheExtremes(set: KernelSet) {
    let inputs: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, -.infinity, -1e30, -87.336_548,
      .infinity, 88.722_84, 1e30, .nan, -.nan,
      Float(bitPattern: 0x7FC0_0001), -87.336_54, 88.722_83,
    ]
    var outputs = inputs
    set.kernels.exp(&outputs, outputs, inputs.count)
    #expect(Array(outputs[..<3]) == [1, 1, 1])
    #expect(Array(outputs[3..<6]) == [0, 0, 0])
    #expect(outputs[6..<9].allSatisfy { $0 == .infinity })
    #expect(outputs[9..<12].allSatisfy { $0.isNaN })
    #expect(outputs[12].isNormal)
    #expect(outputs[13].isFinite)
  }

  @Test(arguments: KernelSet.all)
  func logarithm(set: KernelSet) {
    var numbers = Numbers()
    #expect(set.kernels.log(1) == 0)
    for _ in 0..<2000 {
      for value in [
        1 + Double(numbers.next()) / 2, exp(Double(numbers.next()) * 700),
      ] {
        let exact = log(value)
        #expect(
          abs(set.kernels.log(value) - exact) <= 1e-15 * abs(exact),
          "seed \(numbers.seed)")
      }
    }
    for value: Double in [
      0, -1, -.infinity, .infinity, .nan, .leastNonzeroMagnitude,
    ] {
      #expect(set.kernels.log(value).isNaN)
    }
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
      root_complement2: 0.1, epsilon: 1e-8)
    var expected: [[Double]] = [[], [], []]
    for i in 0..<count {
      let mean = 0.85 * Double(m[i]) + 0.15 * Double(g[i])
      let square = 0.99 * Double(v[i]) + 0.01 * Double(g[i]) * Double(g[i])
      expected[0].append(
        Double(w[i]) - 0.02 * mean / (square.squareRoot() + 1e-8))
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

  /// Moments without gradients come to rest at normal numbers, and what is not
  /// finite shows.
  @Test(arguments: KernelSet.all)
  func momentsComeToRest(set: KernelSet) {
    var (w, m, v): ([Float], [Float], [Float]) = (
      [1, 1, 1, 1, 1], [1e-37, -1e-32, 1e-6, .nan, 1],
      [0, 1e-37, 1e-6, 1, .nan]
    )
    let step = mgpt_adam_step(
      rate: 0.02, beta1: 0.85, complement1: 0.15, beta2: 0.99,
      root_complement2: 0.1, epsilon: 1e-8)
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
}
