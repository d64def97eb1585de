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
    var scalars: [Unicode.Scalar] = []
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var index = bytes.startIndex
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        scalars.append(scalar)
        index += UTF8.width(scalar)
      case .emptyInput: return scalars
      case .error: throw Malformed(index: index)
      }
    }
  }

  /// A text of well-formed bytes.
  static func string(
    of bytes: Slice<UnsafeRawBufferPointer>
  ) throws(Malformed) -> String {
    _ = try scalars(of: bytes)
    return String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self)
  }
}
