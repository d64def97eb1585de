import MicroGPTFormat
import MicroGPTText

/// The text of an element that JSON's numbers lack.
///
/// An infinity is `"Infinity"` or `"-Infinity"`; a NaN is `"NaN:"` and its bits
/// in hexadecimal digits of the element's width.
private let infinityText = "Infinity"
private let nanPrefix = "NaN:"

extension ElementType {
  /// The text of an element: the shortest decimal that gives its value back,
  /// for bf16 and f16 that of the float of the same value.
  ///
  /// - Parameter bits: The element's bits.
  /// - Returns: A number or a string of JSON.
  func json(bits: UInt64) -> String {
    switch self {
    case .f32: json(Float(bitPattern: UInt32(bits)), bits)
    case .f64: json(Double(bitPattern: bits), bits)
    case .bf16: json(Float(bf16: UInt16(bits)), bits)
    case .f16: json(Float(f16: UInt16(bits)), bits)
    }
  }

  private func json<Value: BinaryFloatingPoint & CustomStringConvertible>(
    _ value: Value, _ bits: UInt64
  ) -> String {
    if value.isFinite { return value.description }
    if value.isInfinite {
      return value < 0 ? "\"-\(infinityText)\"" : "\"\(infinityText)\""
    }
    let digits = zeroPadded(String(bits, radix: 16), to: 2 * byteCount)
    return "\"\(nanPrefix)\(digits)\""
  }

  /// The bits of the element nearest to a number, ties to even; for bf16 and
  /// f16 nearest to the float that is nearest to the number.
  ///
  /// - Parameter number: The number.
  /// - Returns: `nil` if it is too large.
  func bits(of number: JSONNumber) -> UInt64? {
    if self == .f64 {
      let double = number.double
      return double.isFinite ? double.bitPattern : nil
    }
    let float = number.float
    guard float.isFinite else { return nil }
    let bits = bitPattern(nearestTo: Double(float))
    return bits & (signBit - 1) < infinity ? bits : nil
  }

  /// The bits of the element that a string stands for; `nil` if there is none.
  func bits(of text: String) -> UInt64? {
    switch text {
    case infinityText: return infinity
    case "-\(infinityText)": return infinity | signBit
    default:
      guard text.hasPrefix(nanPrefix) else { return nil }
      let digits = Array(text.utf8.dropFirst(nanPrefix.utf8.count))
      guard digits.count == 2 * byteCount else { return nil }
      var bits: UInt64 = 0
      for digit in digits {
        guard let value = hexadecimalDigit(digit) else { return nil }
        bits = bits << 4 | UInt64(value)
      }
      return bits & (signBit - 1) > infinity ? bits : nil
    }
  }
}
