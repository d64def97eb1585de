import CMicroGPTKernels
import Foundation
import Testing

/// The bounds of mgpt_kernels.h for exponential and logarithm, against the C
/// library's functions of doubles.
///
/// All floats take a minute in a release build: a sample has to do, unless the
/// environment has `MICROGPT_EXHAUSTIVE`.
@Suite struct ElementaryTests {
  private static let isExhaustive =
    ProcessInfo.processInfo.environment["MICROGPT_EXHAUSTIVE"] != nil

  /// Every float, or one in every `step`, as bits, in slices.
  private static func slices(by step: Int) -> [StrideTo<UInt64>] {
    let size: UInt64 = 1 << 26
    return (0..<UInt64(64)).map { slice in
      stride(from: slice * size, to: (slice + 1) * size, by: step)
    }
  }

  @Test func exponentialsAreWithinTheirBounds() async {
    let worst = await withTaskGroup(of: Extremes.self) { group in
      for slice in Self.slices(by: Self.isExhaustive ? 1 : 5003) {
        group.addTask {
          var (extremes, inputs) = (Extremes(), [Float]())
          for bits in slice {
            inputs.append(Float(bitPattern: UInt32(bits)))
            guard inputs.count == 4096 else { continue }
            extremes.take(inputs)
            inputs.removeAll(keepingCapacity: true)
          }
          extremes.take(inputs)
          return extremes
        }
      }
      return await group.reduce(into: Extremes()) { $0.merge($1) }
    }
    for (set, error) in zip(KernelSet.all, worst.errors) {
      #expect(
        error < (set.kernels.is_fused != 0 ? 7.8e-8 : 1e-7),
        "\(set.name): \(error)")
    }
  }

  /// Of floats of all sizes that it is defined for.
  @Test(arguments: KernelSet.all)
  func logarithmIsWithinItsBound(set: KernelSet) {
    var maximum = 0.0
    for slice in Self.slices(by: Self.isExhaustive ? 17 : 5003) {
      for bits in slice {
        let value = Float(bitPattern: UInt32(bits))
        guard value.isNormal && value > 0 else { continue }
        maximum = max(maximum, logarithmError(set, Double(value)))
      }
    }
    #expect(maximum < 1e-15)
  }

  /// Of doubles of every exponent, and of those around 1 and around the roots
  /// of 2 and ½, where it changes its course.
  @Test(arguments: KernelSet.all)
  func logarithmOfDoublesIsWithinItsBound(set: KernelSet) {
    var numbers = Numbers()
    var maximum = 0.0
    let (samples, steps) = Self.isExhaustive ? (10_000, 1 << 20) : (20, 1000)
    for exponent in 1...UInt(2046) {
      for _ in 0..<samples {
        let value = Double(
          sign: .plus, exponentBitPattern: exponent,
          significandBitPattern: numbers.bits() >> 12)
        maximum = max(maximum, logarithmError(set, value))
      }
    }
    for middle in [1, 0.5.squareRoot(), 2.0.squareRoot(), 2, 0x1p-1022] {
      for step in 0..<UInt64(steps) {
        let up = Double(bitPattern: middle.bitPattern + step)
        let down = Double(bitPattern: middle.bitPattern - step)
        maximum = max(maximum, logarithmError(set, up))
        guard down.isNormal else { continue }
        maximum = max(maximum, logarithmError(set, down))
      }
    }
    #expect(maximum < 1e-15, "seed \(numbers.seed)")
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
  func logarithmOfTheExtremes(set: KernelSet) {
    #expect(set.kernels.log(1) == 0)
    for value: Double in [
      0, -1, -.infinity, .infinity, .nan, .leastNonzeroMagnitude,
    ] {
      #expect(set.kernels.log(value).isNaN)
    }
  }
}

/// The maximum relative error of exponentials in each set; infinity where one
/// is not the 0, infinity or NaN that it should be.
private struct Extremes: Sendable {
  private(set) var errors = KernelSet.all.map { _ in 0.0 }

  mutating func merge(_ other: Extremes) {
    for (index, error) in other.errors.enumerated() {
      errors[index] = max(errors[index], error)
    }
  }

  /// Has all sets compute the exponentials of some numbers.
  mutating func take(_ inputs: [Float]) {
    // From 128 on, either way, the result is not a question of digits.
    let exact = inputs.map { input in
      abs(input) < 128
        ? exp(Double(input))
        : input.isNaN ? .nan : input < 0 ? 0 : .infinity
    }
    var outputs = inputs
    for (index, set) in KernelSet.all.enumerated() {
      set.kernels.exp(&outputs, inputs, inputs.count)
      for (output, exact) in zip(outputs, exact) {
        errors[index] = max(errors[index], Self.error(output, exact))
      }
    }
  }

  private static func error(_ output: Float, _ exact: Double) -> Double {
    let isRight: Bool
    if exact.isNaN {
      isRight = output.isNaN
    } else if Float(exact) == .infinity {
      isRight = output == .infinity
    } else if exact < Double(Float.leastNormalMagnitude) {
      isRight = output == 0
    } else {
      let error = abs(Double(output) - exact) / exact
      return error.isNaN ? .infinity : error
    }
    return isRight ? 0 : .infinity
  }
}

/// The relative error of a logarithm, infinity if it is not a number.
private func logarithmError(_ set: KernelSet, _ value: Double) -> Double {
  let (found, exact) = (set.kernels.log(value), log(value))
  if found == exact { return 0 }
  let error = abs(found - exact) / abs(exact)
  return error.isNaN ? .infinity : error
}
