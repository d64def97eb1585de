/// A number as JSON writes it (RFC 8259, section 6), and its values.
package struct JSONNumber {
  /// The greatest length of its text in bytes.
  package static let maximumLength = 512

  /// A text that is no number.
  package struct Defect: Error {
    /// Where in the text.
    package let index: Int
    /// What should stand there.
    package let expected: String
  }

  /// The text; valid as long as the bytes that it was found in.
  package let text: UnsafeRawBufferPointer
  package let isNegative: Bool

  // The value is ± significand × 10^exponent; exactly so, unless the text has
  // more digits than the significand has room for.
  private var significand: UInt64 = 0
  private var exponent = 0
  private var digitCount = 0  // from the first digit that is not 0

  /// Beyond it no text of that length has a value but 0 or infinity.
  static let exponentLimit = 1_000_000

  private static let maximumDigitCount = 19
  /// Whether it has at most 19 digits from the first that is not 0 on.
  package var isExact: Bool { digitCount <= Self.maximumDigitCount }

  /// Finds the number at the start of some bytes.
  package init(at bytes: UnsafeRawBufferPointer) throws(Defect) {
    let count = min(bytes.count, Self.maximumLength + 1)
    isNegative = count > 0 && bytes[0] == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0

    let start = index
    while index < count, let digit = Self.digit(bytes[index]) {
      if digitCount < Self.maximumDigitCount {
        significand = significand &* 10 &+ UInt64(digit)
      } else {
        exponent += 1
      }
      if significand != 0 { digitCount += 1 }
      index += 1
    }
    guard index > start else { throw Defect(index: index, expected: "a digit") }
    guard index == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw Defect(index: start, expected: "a number without leading zeros")
    }

    if index < count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let start = index
      while index < count, let digit = Self.digit(bytes[index]) {
        if digitCount < Self.maximumDigitCount {
          significand = significand &* 10 &+ UInt64(digit)
          exponent -= 1
        }
        if significand != 0 { digitCount += 1 }
        index += 1
      }
      guard index > start else {
        throw Defect(index: index, expected: "a digit behind the point")
      }
    }

    if index < count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      let isNegative = index < count && bytes[index] == UInt8(ascii: "-")
      if isNegative || index < count && bytes[index] == UInt8(ascii: "+") {
        index += 1
      }
      let start = index
      var power = 0
      while index < count, let digit = Self.digit(bytes[index]) {
        power = min(power * 10 + Int(digit), Self.exponentLimit)
        index += 1
      }
      guard index > start else {
        throw Defect(index: index, expected: "a digit of the exponent")
      }
      exponent += isNegative ? -power : power
    }

    guard index <= Self.maximumLength else {
      throw Defect(
        index: 0,
        expected: "a number of at most \(Self.maximumLength) characters")
    }
    text = UnsafeRawBufferPointer(rebasing: bytes.prefix(index))
  }

  /// Whether a byte may be the first of a number.
  package static func canBegin(with byte: UInt8) -> Bool {
    digit(byte) != nil || byte == UInt8(ascii: "-")
  }

  /// Whether a byte may be one of a number.
  package static func canHold(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      true
    default: canBegin(with: byte)
    }
  }

  @inline(__always)
  static func digit(_ byte: UInt8) -> UInt8? {
    let digit = byte &- UInt8(ascii: "0")
    return digit < 10 ? digit : nil
  }

  // MARK: - Values

  /// The nearest double, ties to even; infinite if the number is too large.
  package var double: Double { shortcut ?? parsed() }

  /// The nearest float, ties to even; infinite if the number is too large.
  package var float: Float {
    // Two roundings, to double and to float, give what one would give unless
    // the first ends midway between two floats. In the range of normal floats
    // such a double ends in a one and 28 zeros.
    if let double = shortcut, double.bitPattern & 0x1fff_ffff != 0x1000_0000,
      double.magnitude >= 0x1p-126 || double == 0,
      double.magnitude < 0x1p127
    {
      return Float(double)
    }
    return parsed()
  }

  /// The double that one rounding of exact operands gives (Clinger 1990).
  private var shortcut: Double? {
    guard isExact, significand <= 1 << 53, abs(exponent) <= 22 else {
      return nil
    }
    let power = Self.powersOfTen[abs(exponent)]
    let magnitude =
      exponent < 0 ? Double(significand) / power : Double(significand) * power
    return isNegative ? -magnitude : magnitude
  }

  /// 10^0 to 10^22, all of them exact.
  private static let powersOfTen = (0...22).map { power in
    (0..<power).reduce(1.0) { product, _ in product * 10 }
  }

  /// The nearest value by the standard library's correctly rounded conversion.
  private func parsed<Value: LosslessStringConvertible & BinaryFloatingPoint>()
    -> Value
  {
    // Beyond these bounds every type overflows or underflows.
    let magnitude = exponent + min(digitCount, Self.maximumDigitCount)
    let value: Value =
      if digitCount == 0 || magnitude < -400 {
        0
      } else if magnitude > 400 {
        .infinity
      } else {
        Value(String(decoding: text, as: UTF8.self)).map { $0.magnitude }
          ?? .infinity
      }
    return isNegative ? -value : value
  }
}
