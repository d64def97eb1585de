import CMicroGPTKernels
import Foundation
import Testing

/// Numbers from −1 to 1, the same for the same seed.
private struct Numbers {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
  }

  mutating func array(_ count: Int) -> [Float] {
    (0..<count).map { _ in next() }
  }
}

/// Shapes with every kind of tail: (rows, inputs, outputs).
private let shapes = [
  (1, 1, 1), (1, 16, 16), (2, 3, 5), (3, 15, 4), (5, 17, 6), (4, 33, 7),
  (1, 64, 27), (7, 20, 2), (2, 47, 9), (0, 3, 3), (3, 2, 0), (2, 0, 3),
]

/// Checks against doubles: f32 rounding of sums of at most `terms` terms.
private func expectClose(
  _ found: [Float], _ expected: [Double], terms: Int, _ comment: Comment,
  location: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, comment, sourceLocation: location)
  let worst = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
  #expect(
    worst <= 1.2e-7 * Double(terms + 4), comment, sourceLocation: location)
}

@Suite struct LinearTests {
  @Test(arguments: shapes)
  func linear(count: Int, inputs: Int, outputs: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    let x = numbers.array(count * inputs)
    let w = numbers.array(outputs * inputs)
    var y = numbers.array(count * outputs)
    mgpt_linear(&y, x, w, count, inputs, outputs)
    let expected = (0..<count * outputs).map { index in
      let (i, o) = (index / outputs, index % outputs)
      return (0..<inputs).reduce(0.0) {
        $0 + Double(x[i * inputs + $1]) * Double(w[o * inputs + $1])
      }
    }
    expectClose(y, expected, terms: inputs, "seed \(seed)")

    // A row alone gives the same bits.
    for i in 0..<count {
      var row = [Float](repeating: 0, count: outputs)
      let alone = Array(x[i * inputs..<(i + 1) * inputs])
      mgpt_linear(&row, alone, w, 1, inputs, outputs)
      #expect(row == Array(y[i * outputs..<(i + 1) * outputs]), "seed \(seed)")
    }
  }

  @Test(arguments: shapes)
  func inputGradient(count: Int, inputs: Int, outputs: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    let dy = numbers.array(count * outputs)
    let w = numbers.array(outputs * inputs)
    let before = numbers.array(count * inputs)
    var dx = before
    mgpt_linear_input_gradient(&dx, dy, w, count, inputs, outputs)
    let expected = before.indices.map { index in
      let (i, k) = (index / inputs, index % inputs)
      return (0..<outputs).reduce(Double(before[index])) {
        $0 + Double(dy[i * outputs + $1]) * Double(w[$1 * inputs + k])
      }
    }
    expectClose(dx, expected, terms: outputs, "seed \(seed)")
  }

  @Test(arguments: shapes)
  func weightGradient(count: Int, inputs: Int, outputs: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    let dy = numbers.array(count * outputs)
    let x = numbers.array(count * inputs)
    let before = numbers.array(outputs * inputs)
    var dw = before
    mgpt_linear_weight_gradient(&dw, dy, x, count, inputs, outputs)
    let expected = before.indices.map { index in
      let (o, k) = (index / inputs, index % inputs)
      return (0..<count).reduce(Double(before[index])) {
        $0 + Double(dy[$1 * outputs + o]) * Double(x[$1 * inputs + k])
      }
    }
    expectClose(dw, expected, terms: count, "seed \(seed)")
  }

  /// The order of summation that the header promises, spelt out.
  @Test(arguments: [1, 4, 5, 16, 17, 40])
  func laneSum(width: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    let x = numbers.array(width)
    let w = numbers.array(5 * width)  // four rows at once, and one alone
    var y = [Float](repeating: 0, count: 5)
    mgpt_linear(&y, x, w, 1, width, 5)
    for o in 0..<5 {
      var lanes = [Float](repeating: 0, count: 16)
      for k in 0..<width { lanes[k % 16] += x[k] * w[o * width + k] }
      for half in [8, 4, 2, 1] {
        for lane in 0..<half { lanes[lane] += lanes[lane + half] }
      }
      #expect(y[o] == lanes[0], "seed \(seed)")
    }
  }
}

@Suite struct ElementTests {
  @Test(arguments: [0, 1, 4, 15, 16, 17, 50])
  func addAndRelu(count: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    let (a, b) = (numbers.array(count), numbers.array(count))
    var sums = a
    mgpt_add(&sums, b, count)
    #expect(sums == zip(a, b).map { $0 + $1 }, "seed \(seed)")
    mgpt_relu(&sums, count)
    #expect(sums == zip(a, b).map { max($0 + $1, 0) }, "seed \(seed)")
    var gradients = b
    mgpt_relu_gradient(&gradients, sums, count)
    #expect(
      gradients == zip(b, sums).map { $1 > 0 ? $0 : 0 }, "seed \(seed)")
  }

  @Test func reluKeepsNaN() {
    var values: [Float] = [.nan, -.infinity, .infinity, -0.0]
    mgpt_relu(&values, 4)
    #expect(values[0].isNaN)
    #expect(Array(values[1...]) == [0, .infinity, 0])
    #expect(values[3].sign == .plus)
  }

  @Test func exponentialIsWithinItsBound() {
    // Every 7,001st float from 1e-9 to 110 in size, of both signs.
    let first = Float(1e-9).bitPattern
    let last = Float(110).bitPattern
    var inputs = stride(from: first, through: last, by: 7001)
      .map { Float(bitPattern: $0) }
    inputs += inputs.map { -$0 }
    var outputs = inputs
    mgpt_exp(&outputs, inputs, inputs.count)
    var relative = 0.0
    var absolute = 0.0
    for (input, output) in zip(inputs, outputs) {
      let exact = exp(Double(input))
      if Float(exact) == .infinity || output == .infinity {
        #expect(Float(exact) == output)
      } else if exact >= Double(Float.leastNormalMagnitude) {
        relative = max(relative, abs(Double(output) - exact) / exact)
      } else {
        absolute = max(absolute, abs(Double(output) - exact))
      }
    }
    #expect(relative < 1e-7)
    #expect(absolute < 1.1e-45)
  }

  @Test func exponentialOfTheExtremes() {
    let inputs: [Float] = [
      0, -0.0, -.infinity, -104, -1e30, .infinity, 88.72284, 89, 1e30,
      .leastNonzeroMagnitude, .nan, -.nan, -103.9, 88.722_83,
    ]
    var outputs = inputs
    mgpt_exp(&outputs, outputs, inputs.count)
    #expect(Array(outputs[..<5]) == [1, 1, 0, 0, 0])
    #expect(outputs[5] == .infinity)
    #expect(outputs[6] == .infinity)
    #expect(outputs[7] == .infinity)
    #expect(outputs[8] == .infinity)
    #expect(outputs[9] == 1)
    #expect(outputs[10].isNaN && outputs[11].isNaN)
    #expect(outputs[12] == .leastNonzeroMagnitude)
    #expect(outputs[13].isFinite)
  }

  @Test func logarithm() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    #expect(mgpt_log(1) == 0)
    for _ in 0..<2000 {
      for value in [
        1 + Double(numbers.next()) / 2, exp(Double(numbers.next()) * 700),
      ] {
        let exact = log(value)
        #expect(
          abs(mgpt_log(value) - exact) <= 1e-15 * abs(exact), "seed \(seed)")
      }
    }
    for value: Double in [
      0, -1, -.infinity, .infinity, .nan, .leastNonzeroMagnitude,
    ] {
      #expect(mgpt_log(value).isNaN)
    }
  }

  @Test(arguments: [1, 16, 37])
  func adam(count: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = Numbers(seed: seed)
    var (w, m, g) = (
      numbers.array(count), numbers.array(count), numbers.array(count)
    )
    var v = numbers.array(count).map { $0 * $0 }
    g[0] = 0
    let step = mgpt_adam_step(
      rate: 0.02, beta1: 0.85, complement1: 0.15, beta2: 0.99,
      complement2: 0.01, correction2: 3, epsilon: 1e-8)
    var expected: [[Double]] = [[], [], []]
    for i in 0..<count {
      let mean = 0.85 * Double(m[i]) + 0.15 * Double(g[i])
      let square = 0.99 * Double(v[i]) + 0.01 * Double(g[i]) * Double(g[i])
      expected[0].append(
        Double(w[i]) - 0.02 * mean / ((square * 3).squareRoot() + 1e-8))
      expected[1].append(mean)
      expected[2].append(square)
    }
    withUnsafePointer(to: step) { mgpt_adam(&w, &m, &v, g, $0, count) }
    expectClose(w, expected[0], terms: 4, "seed \(seed)")
    expectClose(m, expected[1], terms: 4, "seed \(seed)")
    expectClose(v, expected[2], terms: 4, "seed \(seed)")
  }
}
