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
  static func maximumExceptionCount(byteCount: Int) -> Int { byteCount / 64 }

  /// The greatest length of the form of so many bytes.
  static func maximumByteCount(byteCount: Int) -> Int {
    headByteCount + (byteCount + 1) / 2
      + maximumExceptionCount(byteCount: byteCount) * exceptionByteCount
  }

  /// Makes the nibble form of a plane; the inverse of ``decode(_:into:)``.
  ///
  /// - Parameters:
  ///   - plane: The plane.
  ///   - counts: How often each byte occurs in it.
  ///   - form: A buffer of ``maximumByteCount(byteCount:)`` bytes.
  /// - Returns: The length of the form; `nil` where too many bytes lie too far
  ///   apart.
  static func encode(
    _ plane: UnsafeRawBufferPointer, counts: [Int],
    into form: UnsafeMutableRawBufferPointer
  ) -> Int? {
    // The first base whose 15 values hold the most bytes.
    let span = Int(escape)
    var covered = counts[..<span].reduce(0, +)
    var (base, most) = (0, covered)
    for candidate in 1...256 - span {
      covered += counts[candidate + span - 1] - counts[candidate - 1]
      if covered > most { (base, most) = (candidate, covered) }
    }
    let exceptionCount = plane.count - most
    guard
      exceptionCount <= maximumExceptionCount(byteCount: plane.count)
    else { return nil }

    let low = UInt8(base)
    form[0] = low
    form.storeBytes(
      of: UInt32(exceptionCount).littleEndian, toByteOffset: 1,
      as: UInt32.self)
    let nibblesOffset = headByteCount + exceptionCount * exceptionByteCount
    let half = plane.count / 2
    for index in 0..<half {
      let first = min(plane[2 &* index] &- low, escape)
      let second = min(plane[2 &* index &+ 1] &- low, escape)
      form[nibblesOffset &+ index] = first | second &<< 4
    }
    if !plane.count.isMultiple(of: 2) {
      form[nibblesOffset + half] = min(plane[plane.count - 1] &- low, escape)
    }
    var exceptionOffset = headByteCount
    // Most blocks have none, which is found out much faster than where.
    for start in stride(from: 0, to: plane.count, by: 64)
    where exceptionOffset < nibblesOffset {
      let block = start..<min(start + 64, plane.count)
      var maximum: UInt8 = 0
      for index in block { maximum = max(maximum, plane[index] &- low) }
      guard maximum >= escape else { continue }
      for index in block where plane[index] &- low >= escape {
        form.storeBytes(
          of: UInt32(index).littleEndian, toByteOffset: exceptionOffset,
          as: UInt32.self)
        form[exceptionOffset + 4] = plane[index]
        exceptionOffset += exceptionByteCount
      }
    }
    return nibblesOffset + half + plane.count % 2
  }

  /// Fills a plane from its nibble form; the inverse of
  /// ``encode(_:counts:into:)``.
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
    guard exceptionCount <= maximumExceptionCount(byteCount: count),
      form.count
        == headByteCount + exceptionCount * exceptionByteCount
        + nibblesByteCount,
      base <= 255 - (escape - 1)
    else { return "a nibble form whose parts add up to its length" }

    let nibbles = UnsafeRawBufferPointer(
      rebasing: form[(form.count - nibblesByteCount)...])
    guard count.isMultiple(of: 2) || nibbles[nibblesByteCount - 1] < 16,
      unpack(nibbles, base: base, into: plane) == exceptionCount
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

  /// Fills a plane with base + nibble: the number of escapes among them.
  private static func unpack(
    _ nibbles: UnsafeRawBufferPointer, base: UInt8,
    into plane: UnsafeMutableRawBufferPointer
  ) -> Int {
    var escaped: UInt32 = 0
    // Both nibbles of a byte at once, in the halves of 16 bits. The highest bit
    // of the base is added without a carry, so that none runs over.
    let rest = UInt16(base & 0x7f) * 0x0101
    let highest = UInt16(base & 0x80) * 0x0101
    for index in 0..<plane.count / 2 {
      let byte = UInt16(nibbles[index])
      let pair = (byte | byte &<< 4) & 0x0f0f
      let escapes = pair &+ 0x0101
      escaped &+= UInt32(escapes &>> 4 & 1) &+ UInt32(escapes &>> 12)
      plane.storeBytes(
        of: (pair &+ rest ^ highest).littleEndian, toByteOffset: 2 &* index,
        as: UInt16.self)
    }
    if !plane.count.isMultiple(of: 2) {
      let last = nibbles[nibbles.count - 1]
      if last == escape { escaped += 1 }
      plane[plane.count - 1] = base &+ last
    }
    return Int(escaped)
  }
}
