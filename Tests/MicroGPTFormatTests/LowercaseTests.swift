import Testing

@testable import MicroGPTFormat

struct LowercaseTests {
  /// A later version of Unicode adds runs, and fails this.
  @Test func isUnicodes() {
    // The first two planes have all that there are.
    let wrong = (0...0x1_ffff).compactMap { Unicode.Scalar($0) }.filter {
      let text = $0.properties.lowercaseMapping.unicodeScalars
      let expected = text.count == 1 && text.first != $0 ? text.first : nil
      return $0.lowercased != expected
    }
    #expect(wrong.isEmpty)
  }
}
