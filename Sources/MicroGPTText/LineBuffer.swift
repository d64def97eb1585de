/// Lines of bytes that come piece by piece, with universal newlines: LF, CRLF
/// and CR end a line.
///
/// A line that CR ends is there at once: if LF is the next byte to come, it is
/// passed over. A byte-order mark before the first line is dropped.
package struct LineBuffer {
  /// A line without its end.
  package struct Line {
    /// The bytes.
    package let bytes: ArraySlice<UInt8>
    /// The offset of the first one in the whole text.
    package let fileOffset: Int
    /// The number of the line, from 1.
    package let number: Int
  }

  /// The number of the last line, from 1; 0 before the first.
  package private(set) var number = 0

  private var bytes: [UInt8] = []
  private var start = 0  // of the next line
  private var searched = 0  // the bytes before it hold no end of that line
  private var discardedByteCount = 0
  private var isAfterReturn = false

  package init() {}

  /// The number of bytes of the line that has not ended.
  package var pendingByteCount: Int { bytes.count - start }

  /// Whether a whole line is there.
  package var hasLine: Bool { nextEnd != nil }

  /// Adds the next piece.
  package mutating func append(_ more: UnsafeRawBufferPointer) {
    bytes.removeFirst(start)
    discardedByteCount += start
    searched -= start
    start = 0
    bytes.append(contentsOf: more)
    if isAfterReturn, let first = bytes.first {
      isAfterReturn = false
      if first == 10 { (start, searched) = (1, 1) }
    }
  }

  /// Takes the next line; `nil` if its end has not come.
  package mutating func next() -> Line? {
    guard let end = nextEnd else {
      searched = bytes.count
      return nil
    }
    var next = end + 1
    if bytes[end] == 13 {
      if next < bytes.count {
        if bytes[next] == 10 { next += 1 }
      } else {
        isAfterReturn = true
      }
    }
    return take(upTo: end, next: next)
  }

  /// Takes the last line, which nothing ends; `nil` if nothing is left.
  package mutating func last() -> Line? {
    start < bytes.count ? take(upTo: bytes.count, next: bytes.count) : nil
  }

  /// What is there from a line on, to judge it by.
  package func rest(from line: Line) -> ArraySlice<UInt8> {
    bytes[line.bytes.startIndex...]
  }

  private var nextEnd: Int? {
    bytes[searched...].firstIndex { $0 == 10 || $0 == 13 }
  }

  private mutating func take(upTo end: Int, next: Int) -> Line {
    var begin = start
    if number == 0, bytes[begin..<end].starts(with: [0xEF, 0xBB, 0xBF]) {
      begin += 3
    }
    number += 1
    start = next
    searched = next
    return Line(
      bytes: bytes[begin..<end], fileOffset: discardedByteCount + begin,
      number: number)
  }
}
