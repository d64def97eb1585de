/// Elements taken apart into byte planes: plane *k* holds byte *k* of every
/// element.
///
/// Spec: section 8.2, “Planes”.
///
/// The exponents of trained weights are much alike and their mantissas are
/// noise, so what can be compressed stands together once the bytes are sorted
/// by place. Rotating an element left by one bit first moves the sign to the
/// low end and makes the exponent of an f32 or bf16 one whole byte.
enum BytePlanes {
  /// Whether to rotate: not where all signs agree, as it would gain nothing.
  static func signsDiffer(
    _ elements: UnsafeRawBufferPointer, width: Int
  ) -> Bool {
    switch width {
    case 2: signsDiffer(elements, UInt16.self)
    case 4: signsDiffer(elements, UInt32.self)
    default: signsDiffer(elements, UInt64.self)
    }
  }

  /// Takes elements apart; the inverse of ``join(_:rotated:into:)``.
  ///
  /// - Parameters:
  ///   - elements: The elements, n × width bytes.
  ///   - rotated: Whether to rotate each left by one bit.
  ///   - planes: Room for the planes: (width, n) bytes.
  ///   - width: The number of bytes in an element: 2, 4 or 8.
  static func split(
    _ elements: UnsafeRawBufferPointer, rotated: Bool,
    into planes: UnsafeMutableRawBufferPointer, width: Int
  ) {
    switch width {
    case 2: split(elements, rotated, planes, UInt16.self)
    case 4: split(elements, rotated, planes, UInt32.self)
    default: split(elements, rotated, planes, UInt64.self)
    }
  }

  /// Puts elements together; the inverse of
  /// ``split(_:rotated:into:width:)``.
  ///
  /// - Parameters:
  ///   - planes: The planes, n bytes each, wherever they lie: 2, 4 or 8.
  ///   - rotated: Whether the elements were rotated.
  ///   - elements: Room for the elements, n × as many bytes as there are
  ///     planes, aligned to 8.
  static func join(
    _ planes: [UnsafeRawBufferPointer], rotated: Bool,
    into elements: UnsafeMutableRawBufferPointer
  ) {
    let count = elements.count / planes.count
    precondition(planes.allSatisfy { $0.count == count })
    let planes = planes.compactMap {
      $0.assumingMemoryBound(to: UInt8.self).baseAddress
    }
    guard let start = elements.baseAddress else { return }
    // Two planes make pairs, two rows of pairs quads, two of these words of 64
    // bits; in blocks, so that what is between stays in the first cache. It
    // takes half the time, or a quarter, of gathering a word at once.
    let block = 512
    withUnsafeTemporaryAllocation(
      of: UInt64.self, capacity: 2 * block
    ) { buffer in
      guard let rows = buffer.baseAddress else { return }
      let pairs = UnsafeMutableRawPointer(rows)
        .assumingMemoryBound(to: UInt16.self)  // (4, block)
      let quads = UnsafeMutableRawPointer(rows + block)
        .assumingMemoryBound(to: UInt32.self)  // (2, block)
      for first in stride(from: 0, to: count, by: block) {
        let n = min(block, count - first)
        let out = start + first * planes.count
        guard planes.count > 2 else {
          zip(
            planes[0] + first, planes[1] + first,
            out.assumingMemoryBound(to: UInt16.self), n, rotated)
          continue
        }
        for k in 0..<planes.count / 2 {
          zip(
            planes[2 * k] + first, planes[2 * k + 1] + first,
            pairs + k * block, n)
        }
        guard planes.count > 4 else {
          zip(
            pairs, pairs + block, out.assumingMemoryBound(to: UInt32.self), n,
            rotated)
          continue
        }
        for k in 0..<2 {
          zip(
            pairs + 2 * k * block, pairs + (2 * k + 1) * block,
            quads + k * block, n)
        }
        zip(
          quads, quads + block, out.assumingMemoryBound(to: UInt64.self), n,
          rotated)
      }
    }
  }

  /// Makes words of their lower and upper halves.
  @inline(__always)
  private static func zip<
    Half: FixedWidthInteger & UnsignedInteger,
    Word: FixedWidthInteger & UnsignedInteger
  >(
    _ lower: UnsafePointer<Half>, _ upper: UnsafePointer<Half>,
    _ words: UnsafeMutablePointer<Word>, _ count: Int, _ rotated: Bool = false
  ) {
    for index in 0..<count {
      let word =
        Word(truncatingIfNeeded: lower[index])
        | Word(truncatingIfNeeded: upper[index]) &<< Word(Half.bitWidth)
      words[index] =
        rotated ? word &>> 1 | word &<< Word(Word.bitWidth - 1) : word
    }
  }

  @inline(__always)
  private static func signsDiffer<Word: FixedWidthInteger & UnsignedInteger>(
    _ elements: UnsafeRawBufferPointer, _ type: Word.Type
  ) -> Bool {
    let width = MemoryLayout<Word>.size
    var (all, any) = (Word.max, Word.zero)
    for index in 0..<elements.count / width {
      let word = elements.loadUnaligned(
        fromByteOffset: index &* width, as: Word.self)
      all &= word
      any |= word
    }
    return (all ^ any).littleEndian &>> Word(Word.bitWidth - 1) != 0
  }

  @inline(__always)
  private static func split<Word: FixedWidthInteger & UnsignedInteger>(
    _ elements: UnsafeRawBufferPointer, _ rotated: Bool,
    _ planes: UnsafeMutableRawBufferPointer, _ type: Word.Type
  ) {
    let width = MemoryLayout<Word>.size
    let count = elements.count / width
    let turn: Word = rotated ? 1 : 0
    precondition(planes.count >= width * count)
    // Plane by plane, which takes a third of the time of word by word.
    for plane in 0..<width {
      let out = UnsafeMutableRawBufferPointer(
        rebasing: planes[plane * count..<(plane + 1) * count])
      let shift = Word(8 * plane)
      for index in 0..<count {
        let word = elements.loadUnaligned(
          fromByteOffset: index &* width, as: Word.self)
        let turned = word &<< turn | (word &>> Word(Word.bitWidth - 1) & turn)
        out[index] = UInt8(truncatingIfNeeded: turned &>> shift)
      }
    }
  }
}
