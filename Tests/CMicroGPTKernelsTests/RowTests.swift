import CMicroGPTKernels
import Foundation
import Testing

func softmax(_ row: [Double]) -> [Double] {
  let largest = row.max() ?? 0
  let terms = row.map { exp($0 - largest) }
  let total = terms.reduce(0, +)
  return terms.map { $0 / total }
}

@Suite struct RowTests {
  @Test(arguments: KernelSet.all, [1, 3, 16, 27, 33])
  func rmsNorm(set: KernelSet, width: Int) {
    var numbers = Numbers()
    let count = 3
    let x = numbers.array(count * width)
    let dy = numbers.array(count * width)
    let residual = numbers.array(count * width)
    var (y, scales, dx) = (x, [Float](repeating: 0, count: count), residual)
    set.kernels.rms_norm(&y, &scales, x, count, width)
    set.kernels.rms_norm_gradient(&dx, dx, dy, x, scales, count, width)
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
        "seed \(numbers.seed)")
      let pull =
        zip(g, row).reduce(0) { $0 + $1.0 * $1.1 } * scale * scale * scale
        / Double(width)
      let expected = range.map { index in
        Double(residual[index]) + scale * Double(dy[index])
          - Double(x[index]) * pull
      }
      #expect(
        worst(Array(dx[range]), expected) < tolerance, "seed \(numbers.seed)")
    }

    // No residual is one of zeros, and the output's gradient may give way.
    var plain = dy
    set.kernels.rms_norm_gradient(&plain, nil, plain, x, scales, count, width)
    var zeros = [Float](repeating: 0, count: count * width)
    set.kernels.rms_norm_gradient(&zeros, zeros, dy, x, scales, count, width)
    #expect(plain == zeros, "seed \(numbers.seed)")
  }

  @Test(arguments: KernelSet.all, [1, 16, 21])
  func embedding(set: KernelSet, width: Int) {
    var numbers = Numbers()
    let tokens: [Int32] = [2, 0, 2]
    let table = numbers.array(3 * width)
    let positions = numbers.array(4 * width)
    let dy = numbers.array(3 * width)
    var rows = dy
    set.kernels.embed(&rows, tokens, table, positions, 3, width)
    var (dTable, dPositions) = (table, positions)
    set.kernels.embed_gradient(&dTable, &dPositions, tokens, dy, 3, width)
    for k in 0..<width {
      for (i, token) in tokens.enumerated() {
        #expect(
          rows[i * width + k]
            == table[Int(token) * width + k] + positions[i * width + k])
        #expect(
          dPositions[i * width + k] == positions[i * width + k]
            + dy[i * width + k])
      }
      #expect(dTable[k] == table[k] + dy[width + k])
      #expect(dTable[width + k] == table[width + k])
      #expect(
        dTable[2 * width + k]
          == (table[2 * width + k] + dy[k]) + dy[2 * width + k])
      #expect(dPositions[3 * width + k] == positions[3 * width + k])
    }
  }

  @Test(arguments: KernelSet.all, [2, 16, 27, 40])
  func crossEntropy(set: KernelSet, width: Int) {
    var numbers = Numbers()
    let count = 3
    let logits = numbers.array(count * width, scale: 5)
    let targets: [Int32] = [0, Int32(width) - 1, Int32(width) / 2]
    var gradients = logits
    let loss = set.crossEntropy(
      &gradients, logits, targets, 0.25, width)
    var expectedLoss = 0.0
    for i in 0..<count {
      let range = i * width..<(i + 1) * width
      var p = softmax(logits[range].map(Double.init))
      expectedLoss -= log(p[Int(targets[i])])
      p[Int(targets[i])] -= 1
      #expect(
        worst(Array(gradients[range]), p.map { $0 / 4 }) < 3e-7,
        "seed \(numbers.seed)")
    }
    #expect(abs(loss - expectedLoss) < 2e-6, "seed \(numbers.seed)")

    // Computing in place, or adding a number to all logits, changes nothing.
    var again = logits
    #expect(
      set.crossEntropy(&again, again, targets, 0.25, width)
        == loss, "seed \(numbers.seed)")
    #expect(again == gradients, "seed \(numbers.seed)")
    var whole = logits.map { $0.rounded() }
    let before = set.crossEntropy(&whole, whole, targets, 1, width)
    var larger = logits.map { $0.rounded() + 1024 }
    let after = set.crossEntropy(&larger, larger, targets, 1, width)
    #expect(larger == whole, "seed \(numbers.seed)")
    #expect(abs(after - before) < 1e-12, "seed \(numbers.seed)")
  }

  /// The logarithm is taken of the product of many rows.
  @Test(arguments: KernelSet.all)
  func crossEntropyOfManyRows(set: KernelSet) {
    let count = 500
    let logits = [Float](repeating: 1, count: count * 40)
    let targets = [Int32](repeating: 7, count: count)
    var gradients = logits
    let loss = set.crossEntropy(&gradients, logits, targets, 1, 40)
    #expect(abs(loss / Double(count) - log(40)) < 1e-14)
  }

  @Test(arguments: KernelSet.all)
  func crossEntropyOfExtremes(set: KernelSet) {
    // The probability underflows; the loss does not.
    let logits: [Float] = [1000, 0]
    var gradients = logits
    let loss = set.crossEntropy(&gradients, logits, [1], 1, 2)
    #expect(loss == 1000)
    #expect(gradients == [1, -1])
    for bad in [Float.nan, .infinity] {
      let row: [Float] = [bad, 0]
      for target: Int32 in 0...1 {
        let loss = set.crossEntropy(&gradients, row, [target], 1, 2)
        #expect(!loss.isFinite)
      }
    }
  }
}
