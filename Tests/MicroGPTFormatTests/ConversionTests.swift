import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

/// Conversions against values worked out otherwise.
@Suite struct ConversionTests {
  /// The value of a finite positive element by the definition: fraction times
  /// a power of two.
  private static func value(
    _ bits: Int, exponentBits: Int, fractionBits: Int
  ) -> Double {
    let bias = 1 << (exponentBits - 1) - 1
    let exponent = bits >> fractionBits
    let fraction = bits & (1 << fractionBits - 1)
    return exponent == 0
      ? Double(sign: .plus, exponent: 1 - bias - fractionBits, significand: 1)
        * Double(fraction)
      : Double(sign: .plus, exponent: exponent - bias, significand: 1)
        * (1 + Double(fraction) / Double(1 << fractionBits))
  }

  private static let narrow = [
    (ElementType.f16, exponentBits: 5, fractionBits: 10),
    (.bf16, exponentBits: 8, fractionBits: 7),
  ]

  /// All patterns: their values, what is half way between two, and just beside.
  @Test(arguments: narrow)
  func everyNarrowElement(
    type: ElementType, exponentBits: Int, fractionBits: Int
  ) {
    let infinity = (1 << exponentBits - 1) << fractionBits
    func isNearest(_ value: Double, _ bits: Int) -> Bool {
      type.bitPattern(nearestTo: value) == UInt64(bits)
        && type.bitPattern(nearestTo: -value) == UInt64(bits | 0x8000)
    }
    for bits in 0..<infinity {
      let value = Self.value(
        bits, exponentBits: exponentBits, fractionBits: fractionBits)
      // Beyond the greatest element the next one would be 2^(greatest + 1).
      let next = Self.value(
        bits + 1, exponentBits: exponentBits, fractionBits: fractionBits)
      let middle = (value + next) / 2
      let isRight =
        type.value(bitPattern: UInt64(bits)) == value
        && type.value(bitPattern: UInt64(bits | 0x8000)) == -value
        && isNearest(value, bits) && isNearest(middle.nextDown, bits)
        && isNearest(middle, bits + bits % 2)
        && isNearest(middle.nextUp, bits + 1)
      #expect(isRight, "\(type) \(bits)")
    }
    #expect(type.value(bitPattern: 0x8000).sign == .minus)
    #expect(type.value(bitPattern: UInt64(infinity)) == .infinity)
    for large in [Double.infinity, .greatestFiniteMagnitude, 0x1p129] {
      #expect(isNearest(large, infinity))
    }
    #expect(isNearest(.leastNonzeroMagnitude, 0))
    // NaNs come back as they were.
    for bits in infinity + 1...0x7fff {
      let value = type.value(bitPattern: UInt64(bits | 0x8000))
      #expect(value.isNaN && value.sign == .minus)
      #expect(type.bitPattern(nearestTo: value) == UInt64(bits | 0x8000))
    }
  }

  /// Floats against the compiler's conversions, which round in the processor.
  @Test func floatsAndDoubles() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    for round in 0..<20_000 {
      let bits = UInt32(truncatingIfNeeded: generator.next())
      let float = Float(bitPattern: bits)
      let widened = ElementType.f32.value(bitPattern: UInt64(bits))
      #expect(float.isNaN ? widened.isNaN : widened == Double(float))
      #expect(
        ElementType.f32.bitPattern(nearestTo: widened) == UInt64(bits),
        "seed \(seed)"
      )
      // Anything at all, and what is near the ends of the floats.
      let pattern = generator.next()
      let double =
        round.isMultiple(of: 2)
        ? Double(bitPattern: pattern)
        : Double(
          sign: pattern % 2 == 0 ? .plus : .minus,
          exponent: [-152, -150, -127, 0, 126, 127][round / 2 % 6],
          significand: Double(pattern >> 11 | 1 << 53) * 0x1p-53)
      let nearest = ElementType.f32.bitPattern(nearestTo: double)
      if double.isNaN {
        #expect(Float(bitPattern: UInt32(nearest)).isNaN)
      } else {
        #expect(
          nearest == UInt64(Float(double).bitPattern), "seed \(seed) \(double)")
      }
      #expect(
        ElementType.f64.bitPattern(nearestTo: double) == double.bitPattern)
      #expect(
        ElementType.f64.value(bitPattern: pattern).bitPattern == pattern)
    }
  }

  @Test func payloadsOfNaNsAreKeptAsFarAsTheyFit() {
    for (type, bits, other, expected) in [
      (ElementType.f32, 0x7fc0_0000, ElementType.f16, 0x7e00),
      (.f32, 0xff80_2000, .f16, 0xfc01), (.f32, 0x7f80_1fff, .f16, 0x7e00),
      (.f32, 0xff81_0000, .bf16, 0xff81), (.f32, 0x7f80_ffff, .bf16, 0x7fc0),
      (.f16, 0x7c01, .f32, 0x7f80_2000), (.bf16, 0xff81, .f16, 0xfc08),
      (.f16, 0x7c01, .bf16, 0x7fc0),
      (.f64, 0x7ff0_0000_0000_0001, .f32, 0x7fc0_0000),
      (.f32, 0xff80_0001, .f64, 0xfff0_0000_2000_0000),
    ] as [(ElementType, UInt64, ElementType, UInt64)] {
      #expect(
        other.bitPattern(nearestTo: type.value(bitPattern: bits)) == expected)
    }
  }

  @Test(arguments: ElementType.allCases, ElementType.allCases)
  func elementsConvertOneByOne(type: ElementType, other: ElementType) {
    // 1, -2, 0.5, and the greatest f16.
    let values = [1, -2, 0.5, 65_504]
    let bytes = values.flatMap {
      Models.bytes(of: type.bitPattern(nearestTo: $0)).prefix(type.byteCount)
    }
    let expected = bytes.withUnsafeBytes { bytes in
      (0..<4).flatMap { index in
        let bits = type.bits(in: bytes, at: index * type.byteCount)
        return Models.bytes(
          of: other.bitPattern(nearestTo: type.value(bitPattern: bits))
        ).prefix(other.byteCount)
      }
    }
    #expect(
      bytes.withUnsafeBytes { type.converting($0, to: other) } == expected)
  }
}
