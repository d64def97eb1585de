import CMicroGPTKernels
import Testing

/// Shapes with every kind of tail: (rows, inputs, outputs).
private let shapes = [
  (1, 1, 1), (1, 16, 16), (2, 3, 5), (3, 15, 4), (5, 17, 6), (4, 33, 7),
  (1, 64, 27), (7, 20, 2), (2, 47, 9), (0, 3, 3), (3, 2, 0), (2, 0, 3),
  (13, 16, 18), (25, 3, 16),
]

/// The products in doubles, at f32's inputs: element (row, column) of the sum
/// over `inner` of a × b, each at the index that is given.
private func product(
  _ rows: Int, _ columns: Int, _ inner: Int, _ a: [Float], _ b: [Float],
  at index: (Int, Int, Int) -> (Int, Int)
) -> [Double] {
  (0..<rows * columns).map { element in
    (0..<inner).reduce(0) { sum, i in
      let (left, right) = index(element / columns, element % columns, i)
      return sum + Double(a[left]) * Double(b[right])
    }
  }
}

@Suite struct LinearTests {
  @Test(arguments: KernelSet.all, shapes)
  func linear(set: KernelSet, shape: (Int, Int, Int)) {
    let (count, inputs, outputs) = shape
    var numbers = Numbers()
    let x = numbers.array(count * inputs)
    let w = numbers.array(outputs * inputs)
    var y = numbers.array(count * outputs)
    set.kernels.linear(
      &y, x, w, nil, 0, count, inputs, outputs, 0, outputs)
    let expected = product(count, outputs, inputs, x, w) { i, o, k in
      (i * inputs + k, o * inputs + k)
    }
    expectClose(y, expected, terms: inputs, "seed \(numbers.seed)")

    // A row alone gives the same bits.
    for i in 0..<count {
      var row = [Float](repeating: 0, count: outputs)
      let alone = Array(x[i * inputs..<(i + 1) * inputs])
      set.kernels.linear(
        &row, alone, w, nil, 0, 1, inputs, outputs, 0, outputs)
      #expect(
        row == Array(y[i * outputs..<(i + 1) * outputs]),
        "seed \(numbers.seed)")
    }
  }

  @Test(arguments: KernelSet.all, shapes)
  func forward(set: KernelSet, shape: (Int, Int, Int)) {
    let (count, inputs, outputs) = shape
    var numbers = Numbers()
    let x = numbers.array(count * inputs)
    let w = numbers.array(outputs * inputs)
    let residual = numbers.array(count * outputs)
    let panels = set.panels(w, inputs, outputs).forward
    var y = numbers.array(count * outputs)
    set.kernels.linear_forward(
      &y, x, panels, nil, 0, count, inputs, outputs)
    let expected = product(count, outputs, inputs, x, w) { i, o, k in
      (i * inputs + k, o * inputs + k)
    }
    expectClose(y, expected, terms: inputs, "seed \(numbers.seed)")

    // With a residual, in place; then with the ReLU.
    var sums = residual
    set.kernels.linear_forward(
      &sums, x, panels, sums, 0, count, inputs, outputs)
    expectClose(
      sums, zip(residual, expected).map { Double($0) + $1 }, terms: inputs,
      "seed \(numbers.seed)")
    set.kernels.linear_forward(
      &y, x, panels, residual, 1, count, inputs, outputs)
    #expect(y == sums.map { max($0, 0) }, "seed \(numbers.seed)")
  }

  /// Rectifying makes all that is not positive +0, except NaN, which is kept.
  @Test(arguments: KernelSet.all)
  func rectifying(set: KernelSet) {
    let residual: [Float] = [.nan, -.infinity, .infinity, -0.0, -1, 1]
    // Without inputs, the outputs are the residual.
    var outputs = [residual, residual]
    set.kernels.linear(&outputs[0], [], [], residual, 1, 1, 0, 6, 0, 6)
    set.kernels.linear_forward(&outputs[1], [], [], residual, 1, 1, 0, 6)
    for row in outputs {
      #expect(row[0].isNaN)
      #expect(Array(row[1...]) == [0, .infinity, 0, 0, 1])
      #expect(row[3].sign == .plus)
    }
  }

  @Test(arguments: KernelSet.all, shapes)
  func inputGradient(set: KernelSet, shape: (Int, Int, Int)) {
    let (count, inputs, outputs) = shape
    var numbers = Numbers()
    let dy = numbers.array(count * outputs)
    let w = numbers.array(outputs * inputs)
    let panels = set.panels(w, inputs, outputs).backward
    var dx = numbers.array(count * inputs)
    set.kernels.linear_input_gradient(
      &dx, dy, panels, nil, count, inputs, outputs)
    let expected = product(count, inputs, outputs, dy, w) { i, k, o in
      (i * outputs + o, o * inputs + k)
    }
    expectClose(dx, expected, terms: outputs, "seed \(numbers.seed)")

    // Behind a ReLU.
    let rectified = numbers.array(count * inputs).map { max($0, 0) }
    var gated = dx
    set.kernels.linear_input_gradient(
      &gated, dy, panels, rectified, count, inputs, outputs)
    #expect(
      gated == zip(dx, rectified).map { $1 > 0 ? $0 : 0 },
      "seed \(numbers.seed)")
  }

  @Test(arguments: KernelSet.all, shapes)
  func weightGradient(set: KernelSet, shape: (Int, Int, Int)) {
    let (count, inputs, outputs) = shape
    var numbers = Numbers()
    let dy = numbers.array(count * outputs)
    let x = numbers.array(count * inputs)
    var dw = numbers.array(outputs * inputs)
    set.kernels.linear_weight_gradient(
      &dw, dy, x, 0, count, inputs, outputs, outputs)
    let expected = product(outputs, inputs, count, dy, x) { o, k, i in
      (i * outputs + o, i * inputs + k)
    }
    expectClose(dw, expected, terms: count, "seed \(numbers.seed)")
    set.kernels.linear_weight_gradient(
      &dw, dy, x, 1, count, inputs, outputs, outputs)
    expectClose(
      dw, expected.map { 2 * $0 }, terms: 2 * count, "seed \(numbers.seed)")

    // Piece by piece gives the same bits.
    var parts = numbers.array(outputs * inputs)
    set.kernels.linear_weight_gradient(
      &parts, dy, x, 0, count / 2, inputs, outputs, outputs)
    set.kernels.linear_weight_gradient(
      &parts, Array(dy[(count / 2 * outputs)...]),
      Array(x[(count / 2 * inputs)...]), 1, count - count / 2, inputs, outputs,
      outputs)
    var whole = parts
    set.kernels.linear_weight_gradient(
      &whole, dy, x, 0, count, inputs, outputs, outputs)
    #expect(parts == whole, "seed \(numbers.seed)")
  }

  /// Large products are cut into blocks, small ones are not: a row alone.
  @Test(
    arguments: KernelSet.all,
    [(14, 300, 40), (150, 66, 70), (290, 17, 129)])
  func largeProductsGiveTheBitsOfSmallOnes(
    set: KernelSet, shape: (Int, Int, Int)
  ) {
    let (count, inputs, outputs) = shape
    var numbers = Numbers()
    let x = numbers.array(count * inputs)
    let w = numbers.array(outputs * inputs)
    let residual = numbers.array(count * outputs)
    let dy = numbers.array(count * outputs)
    let gate = numbers.array(count * inputs).map { max($0, 0) }
    var y = numbers.array(count * outputs)
    var dx = numbers.array(count * inputs)
    var dw = numbers.array(outputs * inputs)
    let panels = set.panels(w, inputs, outputs)
    set.kernels.linear_forward(
      &y, x, panels.forward, residual, 1, count, inputs, outputs)
    set.kernels.linear_input_gradient(
      &dx, dy, panels.backward, gate, count, inputs, outputs)
    set.kernels.linear_weight_gradient(
      &dw, dy, x, 0, count, inputs, outputs, outputs)

    func row(_ all: [Float], _ index: Int, _ width: Int) -> [Float] {
      Array(all[index * width..<(index + 1) * width])
    }
    for i in 0..<count {
      var (alone, gradient) = (row(y, i, outputs), row(dx, i, inputs))
      set.kernels.linear_forward(
        &alone, row(x, i, inputs), panels.forward, row(residual, i, outputs),
        1, 1, inputs, outputs)
      #expect(alone == row(y, i, outputs), "seed \(numbers.seed)")
      set.kernels.linear_input_gradient(
        &gradient, row(dy, i, outputs), panels.backward, row(gate, i, inputs),
        1, inputs, outputs)
      #expect(gradient == row(dx, i, inputs), "seed \(numbers.seed)")
    }
    for o in 0..<outputs {
      var alone = row(dw, o, inputs)
      set.kernels.linear_weight_gradient(
        &alone, Array(dy[o...]), x, 0, count, inputs, 1, outputs)
      #expect(alone == row(dw, o, inputs), "seed \(numbers.seed)")
    }
  }

  /// The orders of summation that the header promises, spelt out.
  @Test(arguments: KernelSet.all, [1, 4, 5, 16, 17, 40])
  func sums(set: KernelSet, width: Int) {
    var numbers = Numbers()
    let x = numbers.array(width)
    let w = numbers.array(5 * width)  // four rows at once, and one alone
    var y = [Float](repeating: 0, count: 5)
    set.kernels.linear(&y, x, w, nil, 0, 1, width, 5, 0, 5)
    for o in 0..<5 {
      var lanes = [Float](repeating: 0, count: 16)
      for k in 0..<width {
        lanes[k % 16] = set.multiplyAdd(
          x[k], w[o * width + k], lanes[k % 16])
      }
      for half in [8, 4, 2, 1] {
        for lane in 0..<half { lanes[lane] += lanes[lane + half] }
      }
      #expect(y[o] == lanes[0], "seed \(numbers.seed)")
    }

    var dx = numbers.array(1)
    let panels = set.panels(Array(w[..<width]), 1, width).backward
    set.kernels.linear_input_gradient(&dx, x, panels, nil, 1, 1, width)
    let sum = (0..<width).reduce(Float(0)) {
      set.multiplyAdd(x[$1], w[$1], $0)
    }
    #expect(dx == [sum], "seed \(numbers.seed)")
  }

  @Test(
    arguments: KernelSet.all,
    [(0, 3), (1, 1), (8, 4), (27, 16), (9, 7), (16, 5), (40, 36)])
  func panels(set: KernelSet, shape: (Int, Int)) {
    let (outputs, inputs) = shape
    let w = (0..<outputs * inputs).map { Float($0 + 1) }
    // In two parts.
    let panels = set.panels(w, inputs, outputs, cut: outputs / 3)
    var (forward, backward) = (0, 0)
    for (index, value) in panels.forward.enumerated() {
      let o = index / (16 * inputs) * 16 + index % 16
      let i = index / 16 % inputs
      // Lanes after the last output are left unchanged.
      #expect(value == (o < outputs ? w[o * inputs + i] : -1))
      forward += o < outputs ? 1 : 0
    }
    for (index, value) in panels.backward.enumerated() {
      let i = index / (16 * outputs) * 16 + index % 16
      let o = index / 16 % outputs
      #expect(value == (i < inputs ? w[o * inputs + i] : 0))
      backward += i < inputs ? 1 : 0
    }
    #expect(forward == w.count && backward == w.count)
  }
}
