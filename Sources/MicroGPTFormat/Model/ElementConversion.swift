/// Elements of one type as elements of another.
///
/// The types are those of IEEE 754, and bf16, which is built alike. Nothing here
/// depends on what the processor does with NaNs.
extension ElementType {
  /// The number of bits of the exponent, and of the fraction.
  private var layout: (exponent: UInt64, fraction: UInt64) {
    switch self {
    case .f32: (8, 23)
    case .f64: (11, 52)
    case .bf16: (8, 7)
    case .f16: (5, 10)
    }
  }

  /// The bits of positive infinity; NaNs are above.
  package var infinity: UInt64 { (1 << layout.exponent - 1) << layout.fraction }

  /// The bit that negative elements have set.
  package var signBit: UInt64 { 1 << (layout.exponent + layout.fraction) }

  /// What the exponents of binary64 are greater by, where they stand in it.
  private var excess: UInt64 { (1_024 - 1 << (layout.exponent - 1)) << 52 }

  /// The least positive value.
  private var minimumValue: Double {
    Double(bitPattern: excess - (layout.fraction - 1) << 52)
  }

  /// The value of an element, which binary64 has for every type; a NaN keeps
  /// its sign and payload.
  ///
  /// - Parameter bits: The element's bits.
  /// - Returns: The value.
  public func value(bitPattern bits: UInt64) -> Double {
    let float: Float
    switch self {
    case .f64: return Double(bitPattern: bits)
    case .f32: float = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case .bf16: float = Float(bf16: UInt16(truncatingIfNeeded: bits))
    case .f16: float = Float(f16: UInt16(truncatingIfNeeded: bits))
    }
    guard float.isNaN else { return Double(float) }
    let pattern = UInt64(float.bitPattern)
    let sign = (pattern >> 31) << 63
    return Double(bitPattern: sign | 0x7ff << 52 | (pattern & 0x7f_ffff) << 29)
  }

  /// The bits of the element that is nearest to a value, ties to even.
  ///
  /// What is too large becomes infinity, as IEEE 754 has it. A NaN keeps its
  /// sign and the upper bits of its payload; where these are all zero, the
  /// highest one is set, so that it stays a NaN.
  ///
  /// - Parameter value: The value.
  /// - Returns: The element's bits.
  public func bitPattern(nearestTo value: Double) -> UInt64 {
    guard self != .f64 else { return value.bitPattern }
    let sign = value.sign == .minus ? signBit : 0
    let magnitude = value.magnitude.bitPattern
    let shift = 52 - layout.fraction
    if magnitude > 0x7ff << 52 {
      let payload = magnitude >> shift & (1 << layout.fraction - 1)
      return sign | infinity
        | (payload > 0 ? payload : 1 << (layout.fraction - 1))
    }
    guard magnitude >= excess + 1 << 52 else {
      // A multiple of the least value. Doubles from 2^52 on are whole numbers,
      // so the addition rounds.
      let whole = value.magnitude / minimumValue + 0x1p52
      return sign | (whole.bitPattern - (0x1p52 as Double).bitPattern)
    }
    let bits = magnitude - excess
    let half: UInt64 = 1 << (shift - 1)
    return sign | min((bits + half - 1 + bits >> shift & 1) >> shift, infinity)
  }

  /// Converts elements to another type: exactly, or to the nearest.
  ///
  /// - Parameters:
  ///   - elements: Whole elements of this type, little-endian.
  ///   - other: The other type.
  /// - Returns: As many elements of that type, little-endian.
  public func converting(
    _ elements: UnsafeRawBufferPointer, to other: ElementType
  ) -> [UInt8] {
    var converted = ByteBuilder()
    for start in stride(from: 0, to: elements.count, by: byteCount) {
      let bits = other.bitPattern(
        nearestTo: value(bitPattern: bits(in: elements, at: start)))
      withUnsafeBytes(of: bits.littleEndian) {
        converted.append($0.prefix(other.byteCount))
      }
    }
    return converted.bytes
  }

  /// The bits of an element in some bytes.
  package func bits(
    in bytes: UnsafeRawBufferPointer, at offset: Int
  ) -> UInt64 {
    func load<Word: FixedWidthInteger & BitwiseCopyable>(
      _ type: Word.Type
    ) -> UInt64 {
      UInt64(
        truncatingIfNeeded: Word(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type)))
    }
    return switch self {
    case .f32: load(UInt32.self)
    case .f64: load(UInt64.self)
    case .bf16, .f16: load(UInt16.self)
    }
  }
}

extension Float {
  /// The value of a bf16: the upper half of a binary32.
  ///
  /// - Parameter bits: Its bits.
  package init(bf16 bits: UInt16) {
    self.init(bitPattern: UInt32(bits) << 16)
  }

  /// The value of an IEEE 754 binary16, a NaN's payload kept.
  ///
  /// - Parameter bits: Its bits.
  package init(f16 bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1f)
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      // Zero or subnormal: fraction × 2^-24, exact in binary32.
      let magnitude = Float(fraction) * 0x1p-24
      self.init(bitPattern: sign | magnitude.bitPattern)
    case 31: self.init(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default:
      self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
