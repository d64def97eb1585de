/// The nibble form of the exponents' plane: four bits for a byte near the
/// others, a list for the few that are not.
///
/// Spec: section 8.3, “Nibble form”.
///
/// It halves the symbols that a Huffman decoder has to work through.
enum ExponentNibbles {
  /// Bytes before the exceptions: base (u8), number of exceptions (u32).
  private static let headByteCount = 5
  /// Bytes of an exception: index (u32), value (u8).
  private static let exceptionByteCount = 5
  /// The nibble that says: see the list.
  private static let escape: UInt8 = 15

  /// The greatest number of exceptions among so many bytes.
  static func greatestExceptionCount(byteCount: Int) -> Int { byteCount / 64 }

  /// The greatest length of the form of so many bytes.
  static func greatestByteCount(byteCount: Int) -> Int {
    headByteCount + (byteCount + 1) / 2
      + greatestExceptionCount(byteCount: byteCount) * exceptionByteCount
  }

  /// The nibble form of a plane, or `nil` where too many bytes lie too far
  /// apart; the inverse of ``decode(_:into:)``.
  static func encode(_ plane: UnsafeRawBufferPointer) -> [UInt8]? {
    var counts = [Int](repeating: 0, count: 256)
    for byte in plane { counts[Int(byte)] += 1 }
    // The first base whose 15 values hold the most bytes.
    let last = 256 - Int(escape)
    var covered = counts[..<Int(escape)].reduce(0, +)
    var (base, most) = (0, covered)
    for candidate in 1...last {
      covered += counts[candidate + Int(escape) - 1] - counts[candidate - 1]
      if covered > most { (base, most) = (candidate, covered) }
    }
    let exceptionCount = plane.count - most
    guard
      exceptionCount <= greatestExceptionCount(byteCount: plane.count)
    else { return nil }

    var form = ByteBuilder()
    form.append(UInt8(base))
    form.append(UInt32(exceptionCount))
    var nibbles = [UInt8](repeating: 0, count: (plane.count + 1) / 2)
    for (index, byte) in plane.enumerated() {
      var nibble = byte &- UInt8(base)
      if nibble >= escape {
        nibble = escape
        form.append(UInt32(index))
        form.append(byte)
      }
      nibbles[index / 2] |= nibble << UInt8(index % 2 * 4)
    }
    form.append(nibbles)
    return form.bytes
  }

  /// Fills a plane from its nibble form; the inverse of ``encode(_:)``.
  ///
  /// - Parameters:
  ///   - form: The nibble form.
  ///   - plane: Room for exactly the plane.
  /// - Returns: What was expected and not found; `nil` on success.
  static func decode(
    _ form: UnsafeRawBufferPointer, into plane: UnsafeMutableRawBufferPointer
  ) -> String? {
    let count = plane.count
    let nibblesByteCount = (count + 1) / 2
    guard form.count >= headByteCount + nibblesByteCount else {
      return "a nibble form of at least \(headByteCount + nibblesByteCount)"
    }
    let base = form[0]
    let exceptionCount = Int(
      UInt32(
        littleEndian: form.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    guard exceptionCount <= greatestExceptionCount(byteCount: count),
      form.count
        == headByteCount + exceptionCount * exceptionByteCount
        + nibblesByteCount,
      base <= 255 - (escape - 1)
    else { return "a nibble form whose parts add up to its length" }

    let nibbles = UnsafeRawBufferPointer(
      rebasing: form[(form.count - nibblesByteCount)...])
    var escaped = 0
    for index in 0..<count {
      let nibble = nibbles[index &>> 1] &>> UInt8(index & 1 &* 4) & 15
      if nibble == escape { escaped += 1 }
      plane[index] = base &+ nibble
    }
    guard escaped == exceptionCount,
      count.isMultiple(of: 2) || nibbles[nibblesByteCount - 1] < 16
    else { return "as many escapes as exceptions, and zero after the last" }

    var previous = -1
    for exception in 0..<exceptionCount {
      let offset = headByteCount + exception * exceptionByteCount
      let index = Int(
        UInt32(
          littleEndian: form.loadUnaligned(
            fromByteOffset: offset, as: UInt32.self)))
      let value = form[offset + 4]
      guard index > previous, index < count,
        plane[index] == base &+ escape, value &- base >= escape
      else { return "exceptions in increasing order, each at an escape" }
      plane[index] = value
      previous = index
    }
    return nil
  }
}
