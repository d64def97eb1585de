import CMicroGPTKernels
import Foundation
import Testing

/// Positions, heads and the width of a head.
private let shapes = [
  (1, 1, 1), (7, 4, 4), (5, 3, 2), (6, 3, 11), (4, 2, 16), (20, 1, 5),
  (3, 2, 19), (1, 4, 4), (4, 8, 4), (18, 4, 4), (37, 8, 4), (9, 2, 4),
  (64, 4, 4), (65, 4, 4), (50, 1, 20),
]

/// Queries, keys and values side by side in rows, with other elements after
/// them.
private struct Heads {
  let count: Int
  let width: Int
  var rows: [Float]  // (count, stride)

  var stride: Int { 3 * width + 5 }

  init(_ count: Int, _ width: Int, _ numbers: inout Numbers) {
    self.count = count
    self.width = width
    rows = []
    rows = numbers.array(count * stride, scale: 2)
  }

  /// Queries (0), keys (1) or values (2): (count, width).
  func part(_ which: Int) -> [Float] {
    (0..<count).flatMap { row in
      let start = row * stride + which * width
      return Array(rows[start..<start + width])
    }
  }
}

/// Attention in doubles: (count, heads × width).
private func attention(
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

@Suite struct AttentionTests {
  @Test(arguments: KernelSet.all, shapes)
  func attentionAndItsRowsAlone(set: KernelSet, shape: (Int, Int, Int)) {
    let (count, headCount, headWidth) = shape
    let width = headCount * headWidth
    var numbers = Numbers()
    let heads = Heads(count, width, &numbers)
    let (q, k, v) = (heads.part(0), heads.part(1), heads.part(2))
    let seen = Array(1...count)
    let y = set.attention(q, k, v, seen, headCount, headWidth)
    // Row by row with cached keys, as a sampler does: the same bits.
    for i in 0..<count {
      let row = i * width..<(i + 1) * width
      let alone = set.attention(
        Array(q[row]), k, v, [i + 1], headCount, headWidth)
      #expect(alone == Array(y[row]), "seed \(numbers.seed)")
    }
    let exact = (0..<3).map { heads.part($0).map(Double.init) }
    let expected = attention(
      exact[0], exact[1], exact[2], count, headCount, headWidth)
    #expect(worst(y, expected) < 4e-6, "seed \(numbers.seed)")
  }

  /// Training's form, against attention in doubles and its central differences.
  @Test(arguments: KernelSet.all, shapes)
  func gradient(set: KernelSet, shape: (Int, Int, Int)) {
    let (count, headCount, headWidth) = shape
    let width = headCount * headWidth
    var numbers = Numbers()
    let heads = Heads(count, width, &numbers)
    let stride = heads.stride
    let dy = numbers.array(count * width)
    var (y, gradients) = (dy, heads)
    heads.rows.withUnsafeBufferPointer { rows in
      gradients.rows.withUnsafeMutableBufferPointer { results in
        guard let q = rows.baseAddress, let dq = results.baseAddress else {
          return
        }
        var shape = mgpt_attention_shape(
          count: count, heads: headCount, head_width: headWidth,
          stride: stride, out_stride: width)
        var kept = [Float](repeating: .nan, count: mgpt_attention_kept(&shape))
        var scratch = [Float](
          repeating: .nan, count: mgpt_attention_scratch(&shape))
        set.kernels.attention_forward(
          &y, &kept, &scratch, q, q + width, q + 2 * width, &shape)
        scratch = scratch.map { _ in .nan }
        set.kernels.attention_gradient(
          dq, dq + width, dq + 2 * width, dy, kept, &scratch, q, q + width,
          q + 2 * width, &shape)
      }
    }
    let inputs = (0..<3).map { heads.part($0).map(Double.init) }
    let outputs = attention(
      inputs[0], inputs[1], inputs[2], count, headCount, headWidth)
    #expect(worst(y, outputs) < 4e-6, "seed \(numbers.seed)")

    func loss(_ x: [[Double]]) -> Double {
      let y = attention(x[0], x[1], x[2], count, headCount, headWidth)
      return zip(y, dy).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let exact = (0..<3).map { heads.part($0).map(Double.init) }
    for which in 0..<3 {
      let found = gradients.part(which)
      // Some elements are enough.
      for index in Swift.stride(
        from: which, to: found.count, by: 1 + found.count / 5)
      {
        var (up, down) = (exact, exact)
        up[which][index] += 1e-4
        down[which][index] -= 1e-4
        let expected = (loss(up) - loss(down)) / 2e-4
        #expect(
          abs(Double(found[index]) - expected) < 1e-5,
          "seed \(numbers.seed), input \(which), element \(index)")
      }
    }
    // The elements between the rows are left unchanged.
    for row in 0..<count {
      let gap = row * stride + 3 * width..<(row + 1) * stride
      #expect(gradients.rows[gap] == heads.rows[gap])
    }
  }

  /// Four heads of width 4 at a time, which keep their probabilities, and
  /// alone, which does not.
  @Test(arguments: KernelSet.all, [1, 7, 24, 25, 48, 64])
  func headsTogetherAndAloneGiveTheSameNumbers(set: KernelSet, count: Int) {
    var numbers = Numbers()
    let heads = Heads(count, 16, &numbers)
    let dy = numbers.array(count * 16)

    func results(headsAtATime: Int) -> [Float] {
      var y = [Float](repeating: .nan, count: count * 16)
      var gradients = heads
      var shape = mgpt_attention_shape(
        count: count, heads: headsAtATime, head_width: 4,
        stride: heads.stride, out_stride: 16)
      var kept = [Float](repeating: .nan, count: mgpt_attention_kept(&shape))
      var scratch = [Float](
        repeating: .nan, count: mgpt_attention_scratch(&shape))
      heads.rows.withUnsafeBufferPointer { rows in
        gradients.rows.withUnsafeMutableBufferPointer { results in
          y.withUnsafeMutableBufferPointer { y in
            dy.withUnsafeBufferPointer { dy in
              for first in stride(from: 0, to: 4, by: headsAtATime) {
                guard let q = rows.baseAddress.map({ $0 + 4 * first }),
                  let dq = results.baseAddress.map({ $0 + 4 * first }),
                  let y = y.baseAddress, let dy = dy.baseAddress
                else { return }
                set.kernels.attention_forward(
                  y + 4 * first, &kept, &scratch, q, q + 16, q + 32, &shape)
                set.kernels.attention_gradient(
                  dq, dq + 16, dq + 32, dy + 4 * first, kept, &scratch, q,
                  q + 16, q + 32, &shape)
              }
            }
          }
        }
      }
      return y + gradients.rows
    }
    // As numbers: zeros may differ in sign.
    #expect(
      results(headsAtATime: 4) == results(headsAtATime: 1),
      "seed \(numbers.seed)")
  }

  @Test(arguments: KernelSet.all, [1, 4, 16, 33])
  func rowsWithOneLargeScore(set: KernelSet, headWidth: Int) {
    // The probabilities of all other positions underflow to 0.
    let (count, width) = (6, 4 * headWidth)
    func rows(_ value: (Int) -> Float) -> [Float] {
      (0..<count * width).map { value($0 / width) }
    }
    let y = set.attention(
      rows { _ in 100 }, rows { Float($0 * 50) }, rows { Float($0) },
      Array(1...count), 4, headWidth)
    for (index, value) in y.enumerated() {
      #expect(value == Float(index / width))
    }
  }
}

extension KernelSet {
  /// Attention of rows that see the first positions of the same text.
  fileprivate func attention(
    _ queries: [Float], _ keys: [Float], _ values: [Float], _ seen: [Int],
    _ headCount: Int, _ headWidth: Int
  ) -> [Float] {
    let count = seen.reduce(0) {
      $0 + mgpt_attention_probabilities($1, headCount)
    }
    var p = [Float](repeating: .nan, count: count)
    var y = [Float](repeating: .nan, count: queries.count)
    keys.withUnsafeBufferPointer { keys in
      values.withUnsafeBufferPointer { values in
        guard let keys = keys.baseAddress, let values = values.baseAddress
        else { return }
        let positions = seen.map {
          mgpt_attended(keys: keys, values: values, count: $0)
        }
        kernels.attention(
          &y, &p, queries, positions, seen.count, headCount, headWidth)
      }
    }
    return y
  }
}
