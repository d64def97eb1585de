import CMicroGPTKernels
import Testing

/// The kernels in one of the instruction sets that this machine has.
struct KernelSet: Sendable, CustomTestStringConvertible {
  let kernels: mgpt_kernels
  var testDescription: String { name }
  var name: String { String(cString: kernels.name) }

  /// All of them, the best first.
  static let all: [KernelSet] = {
    var sets: [KernelSet] = []
    while let kernels = mgpt_kernels_at(sets.count) {
      sets.append(KernelSet(kernels: kernels.pointee))
    }
    return sets
  }()

  /// a × b + c as the set rounds it.
  func multiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float {
    kernels.is_fused != 0 ? c.addingProduct(a, b) : a * b + c
  }

  /// The panels of a matrix, −1 where nothing was written, copied in two parts
  /// if `cut` is not 0.
  func panels(
    _ weights: [Float], _ inputs: Int, _ outputs: Int, cut: Int = 0
  ) -> (forward: [Float], backward: [Float]) {
    var forward = [Float](
      repeating: -1, count: mgpt_padded(outputs) * inputs)
    var backward = [Float](
      repeating: -1, count: mgpt_padded(inputs) * outputs)
    kernels.lay_out(&forward, &backward, weights, 0, cut, inputs, outputs)
    kernels.lay_out(
      &forward, &backward, weights, cut, outputs - cut, inputs, outputs)
    return (forward, backward)
  }

  /// Loss and gradients of rows of logits, one for each target.
  func crossEntropy(
    _ gradients: inout [Float], _ logits: [Float], _ targets: [Int32],
    _ weight: Float, _ width: Int
  ) -> Double {
    var losses = [mgpt_row_loss](repeating: .init(), count: targets.count)
    kernels.cross_entropy(
      &gradients, &losses, logits, targets, weight, targets.count, width)
    return kernels.loss(losses, losses.count)
  }
}

/// Numbers from −1 to 1, the same for the same seed.
struct Numbers {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64 = .random(in: 0...UInt64.max)) {
    self.seed = seed
    state = seed
  }

  mutating func bits() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }

  mutating func next() -> Float {
    Float(Int32(truncatingIfNeeded: bits() >> 32)) / 2_147_483_648
  }

  mutating func array(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in scale * next() }
  }
}

/// The maximum difference.
func worst(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
}

/// Checks against doubles: f32 rounding of sums of at most `terms` terms.
func expectClose(
  _ found: [Float], _ expected: [Double], terms: Int, _ comment: Comment,
  location: SourceLocation = #_sourceLocation
) {
  #expect(
    worst(found, expected) <= 1.2e-7 * Double(terms + 4), comment,
    sourceLocation: location)
}
