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
    var all: UInt8 = 0xff
    var any: UInt8 = 0
    for index in stride(from: width - 1, to: elements.count, by: width) {
      all &= elements[index]
      any |= elements[index]
    }
    return (all ^ any) & 0x80 != 0
  }

  /// Takes elements apart; the inverse of ``join(_:rotated:into:width:)``.
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
  static func join(
    _ planes: UnsafeRawBufferPointer, rotated: Bool,
    into elements: UnsafeMutableRawBufferPointer, width: Int
  ) {
    switch width {
    case 2: join(planes, rotated, elements, UInt16.self)
    case 4: join(planes, rotated, elements, UInt32.self)
    default: join(planes, rotated, elements, UInt64.self)
    }
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
    for index in 0..<count {
      var word = Word(
        littleEndian: elements.loadUnaligned(
          fromByteOffset: index &* width, as: Word.self))
      word = word &<< turn | (word &>> Word(Word.bitWidth - 1) & turn)
      for plane in 0..<width {
        planes[plane &* count &+ index] = UInt8(truncatingIfNeeded: word)
        word = (word &>> 7) &>> 1
      }
    }
  }

  @inline(__always)
  private static func join<Word: FixedWidthInteger & UnsignedInteger>(
    _ planes: UnsafeRawBufferPointer, _ rotated: Bool,
    _ elements: UnsafeMutableRawBufferPointer, _ type: Word.Type
  ) {
    let width = MemoryLayout<Word>.size
    let count = elements.count / width
    precondition(planes.count >= width * count)
    for index in 0..<count {
      var word: Word = 0
      for plane in 0..<width {
        word |= Word(planes[plane &* count &+ index]) &<< Word(8 &* plane)
      }
      if rotated { word = word &>> 1 | word &<< Word(Word.bitWidth - 1) }
      elements.storeBytes(
        of: word.littleEndian, toByteOffset: index &* width, as: Word.self)
    }
  }
}
