import MicroGPTText
import Testing

@Suite("Bytes that are no text")
struct TextDefectTests {
  private func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return isBigEndian ? bytes.reversed() : bytes
    }
  }

  private func encoding(_ bytes: [UInt8]) -> TextEncoding? {
    bytes.withUnsafeBytes { TextEncoding(guessedFrom: $0) }
  }

  @Test(arguments: ["anna\nbob\n", "ab\n"])
  func wideEncodingsAreTold(text: String) {
    let little = utf16(text, isBigEndian: false)
    #expect(encoding(little) == .utf16LittleEndian)
    #expect(encoding([0xFF, 0xFE] + little) == .utf16LittleEndian)
    let big = utf16(text, isBigEndian: true)
    #expect(encoding(big) == .utf16BigEndian)
    #expect(encoding([0xFE, 0xFF] + big) == .utf16BigEndian)
    let wide = text.utf8.flatMap { [$0, 0, 0, 0] as [UInt8] }
    #expect(encoding(wide) == .utf32LittleEndian)
    #expect(
      encoding(text.utf8.flatMap { [0, 0, 0, $0] as [UInt8] })
        == .utf32BigEndian)
  }

  @Test func otherTexts() {
    #expect(encoding([0x61, 0xE9, 0x62, 0x0A]) == .windows1252)
    #expect(encoding(Array("a\0b\n".utf8)) == nil)
    #expect(
      Array("a\0b\n".utf8).withUnsafeBytes { TextDefect(ofNULsIn: $0) } == nil)
    let zeros = [UInt8](repeating: 0, count: 100)
    let defect = zeros.withUnsafeBytes { TextDefect(ofNULsIn: $0) }
    #expect(defect?.byteOffset == 0)
  }

  @Test func linesAreCountedWithUniversalNewlines() {
    let bytes = Array("a\r\nb\rc\nd".utf8) + [0xFF]
    let defect = bytes.withUnsafeBytes {
      TextDefect(at: bytes.count - 1, in: $0)
    }
    #expect(defect.line == 4 && defect.byteOffset == 8)
  }
}
