import MicroGPTText

/// Strict UTF-8: nothing is repaired.
enum UTF8Text {
  /// Bytes that are not well-formed UTF-8.
  struct Malformed: Error {
    /// Where the first ill-formed sequence begins.
    let index: Int
  }

  /// The scalars of a text, in O(n).
  static func scalars(
    of bytes: Slice<UnsafeRawBufferPointer>
  ) throws(Malformed) -> [Unicode.Scalar] {
    let whole = UnsafeRawBufferPointer(rebasing: bytes)
    var scalars: [Unicode.Scalar] = []
    var offset = 0
    while offset < whole.count {
      let first = whole[offset]
      if first < 0x80 {
        scalars.append(Unicode.Scalar(first))
        offset += 1
      } else if let (value, length) = decodeMultibyte(whole, at: offset),
        let scalar = Unicode.Scalar(value)
      {
        scalars.append(scalar)
        offset += length
      } else {
        throw Malformed(index: bytes.startIndex + offset)
      }
    }
    return scalars
  }

  /// A text of well-formed bytes.
  static func string(
    of bytes: Slice<UnsafeRawBufferPointer>
  ) throws(Malformed) -> String {
    let whole = UnsafeRawBufferPointer(rebasing: bytes)
    if let offset = offsetOfIllFormedUTF8(in: whole) {
      throw Malformed(index: bytes.startIndex + offset)
    }
    return String(decoding: whole, as: UTF8.self)
  }
}
