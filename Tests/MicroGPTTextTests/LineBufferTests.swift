import MicroGPTText
import Testing

@Suite("Lines that come piece by piece")
struct LineBufferTests {
  /// The lines of a text that comes in pieces of some length.
  private func lines(_ text: String, pieces length: Int) -> [String] {
    var buffer = LineBuffer()
    var lines: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      rest.prefix(length).withUnsafeBytes { buffer.append($0) }
      rest = rest.dropFirst(length)
      while let line = buffer.next() {
        lines.append(String(decoding: line.bytes, as: UTF8.self))
      }
    }
    if let line = buffer.last() {
      lines.append(String(decoding: line.bytes, as: UTF8.self))
    }
    return lines
  }

  @Test(arguments: 1...8)
  func newlinesAreUniversal(length: Int) {
    #expect(
      lines("a\nbc\r\nd\re\r\r\n\nf", pieces: length)
        == ["a", "bc", "d", "e", "", "", "f"])
    #expect(lines("a\r\n", pieces: length) == ["a"])
    #expect(lines("", pieces: length) == [])
  }

  @Test func theByteOrderMarkIsDropped() {
    #expect(lines("\u{FEFF}a\n\u{FEFF}b", pieces: 2) == ["a", "\u{FEFF}b"])
  }
}
