import MicroGPTText
import Testing

@Suite struct JSONWritingTests {
  @Test(
    arguments: [
      ("\"", #"\""#), ("\\", #"\\"#), ("\n", #"\n"#), ("\r", #"\r"#),
      ("\t", #"\t"#), ("\0", #"\u0000"#), ("\u{1f}", #"\u001f"#),
      ("\u{7f}", #"\u007f"#), ("\u{9f}", #"\u009f"#), ("a", nil), ("/", nil),
      ("é", nil), ("\u{2028}", nil),
    ] as [(Unicode.Scalar, String?)])
  func escape(scalar: Unicode.Scalar, expected: String?) {
    #expect(scalar.jsonEscape == expected)
  }

  @Test func numbersThatJSONLacksAreNull() {
    #expect([1.5, -.infinity, .nan].map(\.json) == ["1.5", "null", "null"])
  }
}
