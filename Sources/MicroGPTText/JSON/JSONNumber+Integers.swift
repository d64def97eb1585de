extension JSONNumber {
  /// The reason why an integer type does not hold a number.
  package enum Misfit: Error, Hashable {
    /// The number has a fraction, as 1.5.
    case notWhole
    /// The number is whole, but too large or too small.
    case outOfRange
  }

  /// The value as a whole number: 5, 5.0 and 0.5e1 are the same.
  ///
  /// - Throws: ``Misfit``.
  package func integer() throws(Misfit) -> Int {
    let magnitude = try wholeMagnitude()
    guard magnitude <= UInt64(Int.max) + (isNegative ? 1 : 0) else {
      throw .outOfRange
    }
    return Int(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
  }

  /// The value as a whole number from 0 on, as ``integer()`` reads it.
  ///
  /// - Throws: ``Misfit``.
  package func unsignedInteger() throws(Misfit) -> UInt64 {
    let magnitude = try wholeMagnitude()
    guard !isNegative || magnitude == 0 else { throw .outOfRange }
    return magnitude
  }

  /// The magnitude, exact for any number of digits.
  private func wholeMagnitude() throws(Misfit) -> UInt64 {
    // What follows the last digit that is not 0 only counts as an exponent.
    var value: UInt64 = 0
    var isTooLarge = false
    var zeroCount = 0
    var pointShift = 0
    var isAfterPoint = false
    for byte in text {
      if byte == UInt8(ascii: ".") { isAfterPoint = true }
      if byte | 0x20 == UInt8(ascii: "e") { break }
      guard let digit = Self.digit(byte) else { continue }
      if isAfterPoint { pointShift += 1 }
      guard digit != 0 else {
        zeroCount += 1
        continue
      }
      isTooLarge =
        !value.scale(byPowerOfTen: zeroCount + 1) || isTooLarge
      let (sum, overflow) = value.addingReportingOverflow(UInt64(digit))
      value = sum
      isTooLarge = isTooLarge || overflow
      zeroCount = 0
    }
    guard isTooLarge || value != 0 else { return 0 }
    let power = zeroCount - pointShift + writtenExponent()
    guard power >= 0 else { throw .notWhole }
    guard !isTooLarge, value.scale(byPowerOfTen: power) else {
      throw .outOfRange
    }
    return value
  }

  /// What the text has after its e; 0 without one.
  private func writtenExponent() -> Int {
    guard let start = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") })
    else { return 0 }
    var power = 0
    for byte in text[start...] {
      guard let digit = Self.digit(byte) else { continue }
      power = min(power * 10 + Int(digit), Self.exponentLimit)
    }
    let isNegative = text[start...].contains(UInt8(ascii: "-"))
    return isNegative ? -power : power
  }
}

extension UInt64 {
  /// Multiplies by a power of ten; returns whether the product fits.
  fileprivate mutating func scale(byPowerOfTen power: Int) -> Bool {
    guard self != 0 else { return true }
    guard power < 20 else { return false }
    for _ in 0..<power {
      let (product, overflow) = multipliedReportingOverflow(by: 10)
      guard !overflow else { return false }
      self = product
    }
    return true
  }
}
