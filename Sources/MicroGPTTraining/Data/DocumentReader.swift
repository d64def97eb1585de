import MicroGPTText

/// Cuts UTF-8 into stripped lines of scalars.
struct DocumentReader {
  /// Stands for BOS in `scalars`; a line never contains it.
  static let separator: UInt32 = 10

  /// The separator, then the scalars of each document and a separator.
  private(set) var scalars: [UInt32] = [separator]
  /// Where in `scalars` the separator before each document stands, and the
  /// last one.
  private(set) var starts = [0]
  /// The scalars of the longest document.
  private(set) var longest = 0
  /// The end in `scalars` of the current line without white space behind it.
  private var end = 1

  /// Reads a whole text but for the end of its last line.
  ///
  /// - Parameter bytes: The text.
  /// - Throws: ``LineCorpusError/invalidUTF8(byteOffset:)``.
  mutating func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LineCorpusError) {
    scalars.reserveCapacity(bytes.count + 2)
    var offset = 0
    while offset < bytes.count {
      let first = bytes[offset]
      if first < 0x80 {
        add(UInt32(first))
        offset += 1
      } else {
        guard let (scalar, length) = decodeMultibyte(bytes, at: offset) else {
          throw .invalidUTF8(byteOffset: offset)
        }
        let isByteOrderMark = scalar == 0xFEFF && offset == 0
        if !isByteOrderMark { add(scalar) }
        offset += length
      }
    }
  }

  private mutating func add(_ scalar: UInt32) {
    // CRLF ends a line and then a blank one, which is dropped.
    if scalar == 10 || scalar == 13 {
      endLine()
    } else if isSpace(scalar) {
      let atStart = end == starts[starts.count - 1] + 1
      if !atStart { scalars.append(scalar) }
    } else {
      scalars.append(scalar)
      end = scalars.count
    }
  }

  /// Makes a document of what the current line holds, if anything.
  mutating func endLine() {
    let start = starts[starts.count - 1]
    scalars.removeLast(scalars.count - end)
    guard end > start + 1 else { return }
    longest = max(longest, end - start - 1)
    starts.append(end)
    scalars.append(Self.separator)
    end += 1
  }
}
