/// A number as JSON writes it (RFC 8259, section 6), and its values.
struct JSONNumber {
  /// The greatest length of its text in bytes.
  static let greatestLength = 512

  /// A text that is no number.
  struct Defect: Error {
    /// Where in the text.
    let index: Int
    /// What should stand there.
    let expected: String
  }

  /// The text; valid as long as the bytes that it was found in.
  let text: UnsafeRawBufferPointer
  let isNegative: Bool

  // The value is ± significand × 10^exponent; exactly so, unless the text has
  // more digits than the significand has room for.
  private var significand: UInt64 = 0
  private var exponent = 0
  private var digitCount = 0  // from the first digit that is not 0

  private static let greatestDigitCount = 19
  private var isExact: Bool { digitCount <= Self.greatestDigitCount }

  /// Finds the number at the start of some bytes.
  init(at bytes: UnsafeRawBufferPointer) throws(Defect) {
    let count = min(bytes.count, Self.greatestLength + 1)
    isNegative = count > 0 && bytes[0] == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0

    let start = index
    while index < count, let digit = Self.digit(bytes[index]) {
      if digitCount < Self.greatestDigitCount {
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
        if digitCount < Self.greatestDigitCount {
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
        power = min(power * 10 + Int(digit), 1_000_000)
        index += 1
      }
      guard index > start else {
        throw Defect(index: index, expected: "a digit of the exponent")
      }
      exponent += isNegative ? -power : power
    }

    guard index <= Self.greatestLength else {
      throw Defect(
        index: 0,
        expected: "a number of at most \(Self.greatestLength) characters")
    }
    text = UnsafeRawBufferPointer(rebasing: bytes.prefix(index))
  }

  /// Whether a byte may be the first of a number.
  static func canBegin(with byte: UInt8) -> Bool {
    digit(byte) != nil || byte == UInt8(ascii: "-")
  }

  /// Whether a byte may be one of a number.
  static func canHold(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      true
    default: canBegin(with: byte)
    }
  }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt8? {
    let digit = byte &- UInt8(ascii: "0")
    return digit < 10 ? digit : nil
  }

  // MARK: - Values

  /// The nearest double, ties to even; infinite if the number is too large.
  var double: Double { shortcut ?? parsed() }

  /// The nearest float, ties to even; infinite if the number is too large.
  var float: Float {
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

  /// The value, if it is a whole number from 0 on that fits.
  var integer: Int? {
    guard !isNegative, isExact else { return nil }
    guard significand != 0 else { return 0 }
    guard abs(exponent) <= Self.greatestDigitCount else { return nil }
    var value = significand
    for _ in 0..<abs(exponent) {
      if exponent < 0 {
        guard value.isMultiple(of: 10) else { return nil }
        value /= 10
      } else {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        value = product
      }
    }
    return Int(exactly: value)
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
    let magnitude = exponent + min(digitCount, Self.greatestDigitCount)
    let value: Value =
      if digitCount == 0 || magnitude < -400 {
        0
      } else if magnitude > 400 {
        .infinity
      } else {
        Value(String(decoding: text, as: UTF8.self)).map(\.magnitude)
          ?? .infinity
      }
    return isNegative ? -value : value
  }
}

extension JSONScanner {
  /// Reads a number.
  ///
  /// - Returns: The number, whose text is valid until more is read.
  func readNumber() throws -> JSONNumber {
    try require(JSONNumber.greatestLength + 1)
    switch try peek() {
    case let byte? where JSONNumber.canBegin(with: byte): break
    default: throw try unexpected(expected: "a number")
    }
    do {
      let number = try JSONNumber(at: available)
      skip(number.text.count)
      return number
    } catch {
      skip(error.index)
      throw try unexpected(expected: error.expected)
    }
  }

  /// Reads a whole number from 0 on.
  func readInteger() throws -> Int {
    let start = position
    let number = try readNumber()
    guard let integer = number.integer else {
      throw error(
        at: start, found: String(decoding: number.text, as: UTF8.self),
        expected: "a whole number from 0 to 2^63 - 1")
    }
    return integer
  }
}
