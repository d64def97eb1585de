import CMicroGPTKernels
import Foundation
import Testing

/// Numbers from −scale to scale, the same for the same seed.
private func numbers(_ count: Int, seed: inout UInt64, scale: Float = 1)
  -> [Float]
{
  (0..<count).map { _ in
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return scale * Float(Int32(truncatingIfNeeded: seed >> 32)) / 2_147_483_648
  }
}

private func worst(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
}

private func softmax(_ row: [Double]) -> [Double] {
  let largest = row.max() ?? 0
  let terms = row.map { exp($0 - largest) }
  let total = terms.reduce(0, +)
  return terms.map { $0 / total }
}

@Suite struct RowTests {
  @Test(arguments: [1, 3, 16, 27, 33])
  func rmsNorm(width: Int) {
    let start = UInt64.random(in: 0...UInt64.max)
    var seed = start
    let count = 3
    let x = numbers(count * width, seed: &seed)
    let dy = numbers(count * width, seed: &seed)
    let before = numbers(count * width, seed: &seed)
    var (y, scales, dx) = (x, [Float](repeating: 0, count: count), before)
    mgpt_rms_norm(&y, &scales, x, count, width)
    mgpt_rms_norm_gradient(&dx, dy, x, scales, count, width)
    for i in 0..<count {
      let range = i * width..<(i + 1) * width
      let row = x[range].map(Double.init)
      let g = dy[range].map(Double.init)
      let scale =
        1
        / (row.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-5)
        .squareRoot()
      let tolerance = 4e-6 * max(1, scale)
      #expect(
        worst(Array(y[range]), row.map { $0 * scale }) < tolerance,
        "seed \(start)")
      let pull =
        zip(g, row).reduce(0) { $0 + $1.0 * $1.1 } * scale * scale * scale
        / Double(width)
      let expected = range.map { index in
        Double(before[index]) + scale * Double(dy[index])
          - Double(x[index]) * pull
      }
      #expect(worst(Array(dx[range]), expected) < tolerance, "seed \(start)")
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 27, 100])
  func softmaxOfARow(count: Int) {
    let start = UInt64.random(in: 0...UInt64.max)
    var seed = start
    let scores = numbers(count, seed: &seed, scale: 20)
    var found = scores
    mgpt_softmax(&found, scores, count)
    let expected = softmax(scores.map(Double.init))
    #expect(worst(found, expected) < 5e-7, "seed \(start)")
    // In place gives the same, and so does any common summand.
    var again = scores
    mgpt_softmax(&again, again, count)
    #expect(again == found, "seed \(start)")
    var large = scores.map { $0.rounded() }
    mgpt_softmax(&large, large, count)
    var larger = scores.map { $0.rounded() + 1024 }
    mgpt_softmax(&larger, larger, count)
    #expect(larger == large, "seed \(start)")
  }

  @Test func softmaxOfExtremes() {
    var row: [Float] = [-.infinity, 3e38, -3e38, 3e38]
    mgpt_softmax(&row, row, 4)
    #expect(row == [0, 0.5, 0, 0.5])
    var broken: [Float] = [1, .nan, 2]
    mgpt_softmax(&broken, broken, 3)
    #expect(broken.allSatisfy { $0.isNaN })
  }

  @Test(arguments: [2, 16, 27, 40])
  func crossEntropy(width: Int) {
    let start = UInt64.random(in: 0...UInt64.max)
    var seed = start
    let count = 3
    let logits = numbers(count * width, seed: &seed, scale: 5)
    let targets: [Int32] = [0, Int32(width) - 1, Int32(width) / 2]
    var gradients = logits
    let loss = mgpt_cross_entropy(
      &gradients, logits, targets, 0.25, count, width)
    var expectedLoss = 0.0
    for i in 0..<count {
      let range = i * width..<(i + 1) * width
      var p = softmax(logits[range].map(Double.init))
      expectedLoss -= log(p[Int(targets[i])])
      p[Int(targets[i])] -= 1
      #expect(
        worst(Array(gradients[range]), p.map { $0 / 4 }) < 3e-7,
        "seed \(start)")
    }
    #expect(abs(loss - expectedLoss) < 2e-6, "seed \(start)")
  }

  @Test func crossEntropyOfExtremes() {
    // The probability underflows; the loss does not.
    let logits: [Float] = [1000, 0]
    var gradients = logits
    let loss = mgpt_cross_entropy(&gradients, logits, [1], 1, 1, 2)
    #expect(loss == 1000)
    #expect(gradients == [1, -1])
    for bad in [Float.nan, .infinity] {
      let row: [Float] = [bad, 0]
      for target: Int32 in 0...1 {
        #expect(
          !mgpt_cross_entropy(&gradients, row, [target], 1, 1, 2).isFinite)
      }
    }
  }
}

@Suite struct AttentionTests {
  /// (positions, heads, head width).
  private static let shapes = [
    (1, 1, 1), (7, 4, 4), (5, 3, 2), (6, 3, 11), (4, 2, 16), (20, 1, 5),
    (3, 2, 19),
  ]

  /// Attention in doubles, and its scalar product with `dy`.
  private static func reference(
    _ q: [Double], _ k: [Double], _ v: [Double], _ count: Int, _ heads: Int,
    _ width: Int
  ) -> [Double] {
    let stride = heads * width
    var y = [Double](repeating: 0, count: count * stride)
    for head in 0..<heads {
      for i in 0..<count {
        let p = softmax(
          (0...i).map { s in
            (head * width..<(head + 1) * width).reduce(0) {
              $0 + q[i * stride + $1] * k[s * stride + $1]
            } / Double(width).squareRoot()
          })
        for j in head * width..<(head + 1) * width {
          y[i * stride + j] = (0...i).reduce(0) {
            $0 + p[$1] * v[$1 * stride + j]
          }
        }
      }
    }
    return y
  }

  @Test(arguments: shapes)
  func attention(count: Int, heads: Int, width: Int) {
    let start = UInt64.random(in: 0...UInt64.max)
    var seed = start
    let size = count * heads * width
    let q = numbers(size, seed: &seed, scale: 2)
    let k = numbers(size, seed: &seed, scale: 2)
    let v = numbers(size, seed: &seed)
    var p = [Float](repeating: 0, count: heads * count * (count + 1) / 2)
    var y = [Float](repeating: 9, count: size)
    mgpt_attention(&y, &p, q, k, v, 0, count, heads, width)
    let inDoubles = [q, k, v].map { $0.map(Double.init) }
    let expected = Self.reference(
      inDoubles[0], inDoubles[1], inDoubles[2], count, heads, width)
    #expect(worst(y, expected) < 4e-6, "seed \(start)")

    // Row by row with cached keys, as a sampler does: the same bits.
    let stride = heads * width
    for i in 0..<count {
      var row = [Float](repeating: 9, count: stride)
      mgpt_attention(
        &row, &p, Array(q[i * stride..<(i + 1) * stride]),
        Array(k[..<((i + 1) * stride)]), Array(v[..<((i + 1) * stride)]), i, 1,
        heads, width)
      #expect(row == Array(y[i * stride..<(i + 1) * stride]), "seed \(start)")
    }
  }

  /// Against central differences of the attention in doubles.
  @Test(arguments: shapes)
  func gradient(count: Int, heads: Int, width: Int) {
    let start = UInt64.random(in: 0...UInt64.max)
    var seed = start
    let size = count * heads * width
    let inputs = (0..<3).map { _ in numbers(size, seed: &seed) }
    let dy = numbers(size, seed: &seed)
    var p = [Float](repeating: 0, count: heads * count * (count + 1) / 2)
    var y = dy
    mgpt_attention(
      &y, &p, inputs[0], inputs[1], inputs[2], 0, count, heads, width)
    var (dq, dk, dv) = (dy, dy, dy)
    var scratch = [Float](repeating: 0, count: count)
    mgpt_attention_gradient(
      &dq, &dk, &dv, dy, p, inputs[0], inputs[1], inputs[2], &scratch, count,
      heads, width)

    func loss(_ x: [[Double]]) -> Double {
      let y = Self.reference(x[0], x[1], x[2], count, heads, width)
      return zip(y, dy).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let exact = inputs.map { $0.map(Double.init) }
    for (which, found) in [dq, dk, dv].enumerated() {
      // Some elements are enough.
      for index in Swift.stride(from: 0, to: size, by: 1 + size / 12) {
        var (up, down) = (exact, exact)
        up[which][index] += 1e-4
        down[which][index] -= 1e-4
        let expected = (loss(up) - loss(down)) / 2e-4
        #expect(
          abs(Double(found[index]) - expected) < 1e-5,
          "seed \(start), input \(which), element \(index)")
      }
    }
  }
}
