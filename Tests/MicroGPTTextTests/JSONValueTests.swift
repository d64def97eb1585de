import MicroGPTText
import Testing

@Suite("The strict reader of small JSON documents")
struct JSONValueTests {
  private func value(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }

  /// The error of a text; `nil` if there is none.
  private func error(_ bytes: [UInt8]) -> String? {
    do throws(JSONError) {
      _ = try JSONValue(parsing: bytes)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aDocumentOfEverything() throws {
    let object = try value(
      """
       {"a": [1, -2.5e-3, true, false, null],
        "b\\n\\u00e9\\ud83d\\ude00\\/": "é\\"\\\\", "": {} }

      """
    ).object()
    #expect(object.members.map(\.key) == ["a", "b\né😀/", ""])
    let items = try #require(object["a"]).array()
    #expect(items.map(\.found) == ["1", "-2.5e-3", "true", "false", "null"])
    #expect(items.map(\.field) == ["a[0]", "a[1]", "a[2]", "a[3]", "a[4]"])
    #expect(
      items[1].position == JSONPosition(byteOffset: 11, line: 1, column: 12))
    #expect(try items[2].boolean())
    #expect(items[4].isNull)
    #expect(try object["b\né😀/"]?.string() == "é\"\\")
    #expect(try object[""]?.object().members.isEmpty == true)
    #expect(object["b"] == nil)
  }

  @Test(arguments: [
    (
      "",
      "byte 0 (line 1, column 1): found the end of the text, expected a value"
    ),
    (" \n", "byte 2 (line 2, column 1): found the end of the text, expected a"),
    ("\u{feff}{}", "byte 0 (line 1, column 1): found a byte-order mark"),
    ("{\"a\": 1,}", "byte 8 (line 1, column 9): found “}”, expected a key"),
    ("[1,]", "[1] at byte 3 (line 1, column 4): found “]”, expected a value"),
    ("[1 2]", "byte 3 (line 1, column 4): found 2, expected “,” or “]”"),
    ("{a: 1}", "byte 1 (line 1, column 2): found a, expected a key"),
    ("{'a': 1}", "byte 1 (line 1, column 2): found “'”, expected a key"),
    ("// no\n{}", "byte 0 (line 1, column 1): found “/”, expected a value"),
    ("{}\n/* */", "byte 3 (line 2, column 1): found “/”, expected nothing"),
    ("{} {}", "byte 3 (line 1, column 4): found an object, expected nothing"),
    (
      "{\"a\": 01}",
      "a at byte 6 (line 1, column 7): found 01, expected a number"
    ),
    (
      "{\"a\": .5}",
      "a at byte 6 (line 1, column 7): found .5, expected a value"
    ),
    (
      "{\"a\": 5.}",
      "a at byte 8 (line 1, column 9): found “}”, expected a digit"
    ),
    ("{\"a\": +5}", "found +5, expected a value"),
    ("{\"a\": -}", "found “}”, expected a digit"),
    ("{\"a\": 1e}", "found “}”, expected a digit of the exponent"),
    ("[NaN]", "[0] at byte 1 (line 1, column 2): found NaN, expected a value"),
    ("[Infinity]", "found Infinity, expected a value"),
    ("[nulls]", "found nulls, expected a value"),
    ("[tru", "found tru, expected a value"),
    ("[\"\\ud800\"]", "byte 2 (line 1, column 3): found half a surrogate pair"),
    ("[\"\\udc00\\ud800\"]", "byte 2 (line 1, column 3): found half a surr"),
    ("[\"\\ud800\\u0041\"]", "byte 2 (line 1, column 3): found half a surr"),
    ("[\"\\x\"]", "found another escape, expected"),
    ("[\"\\u12g4\"]", "found another escape, expected"),
    ("[\"a\tb\"]", "byte 3 (line 1, column 4): found the byte 0x9"),
    ("[\"a\nb\"]", "byte 3 (line 1, column 4): found the byte 0xa"),
    ("[\"a", "found the end of the text, expected the rest of a string"),
    (
      "{\"a\": 1, \"b\": 2,\n \"a\": 3}",
      "document at byte 18 (line 2, column 2): found “a” a second time"
    ),
    ("{\"a\": 1, \"\\u0061\": 2}", "found “a” a second time"),
    ("{\"x\": {\"é\": 1, \"\\u00e9\": 2}}", "x at byte 16 (line 1, column 17)"),
  ])
  func whatIsNoJSONIsRefusedWithItsPosition(text: String, words: String) {
    let found = error(Array(text.utf8))
    #expect(found?.contains(words) == true, "\(found ?? "accepted")")
  }

  @Test(
    arguments: [
      [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82], [0x80], [0xf0, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func badUTF8IsRefusedWithItsPosition(bytes: [UInt8]) {
    let found = error(Array("[\"ab".utf8) + bytes + Array("\"]".utf8))
    #expect(
      found?.contains("[0] at byte 4 (line 1, column 5): found the byte 0x")
        == true, "\(found ?? "accepted")")
  }

  /// Strings of Swift are equal if they are canonically equivalent.
  @Test func keysAreComparedScalarByScalar() throws {
    let object = try value("{\"\\u00e9\": 1, \"e\\u0301\": 2}").object()
    #expect(object.members.count == 2)
    #expect(try object["\u{e9}"]?.integer() == 1)
    #expect(try object["e\u{301}"]?.integer() == 2)
  }

  @Test func depthIsBounded() throws {
    func nested(_ count: Int) -> [UInt8] {
      Array(
        (String(repeating: "[", count: count)
          + String(repeating: "]", count: count)).utf8)
    }
    #expect(error(nested(64)) == nil)
    #expect(
      error(nested(65))?.contains("at byte 64 (line 1, column 65)") == true)
    #expect(error(nested(100_000))?.contains("within others") == true)
  }

  /// A path that each of many values repeats would be quadratic.
  @Test func manyLongKeys() throws {
    let key = String(repeating: "k", count: 100_000)
    let inner = (0..<50_000).map { "\"\($0)\": 0" }.joined(separator: ",")
    let object = try value("{\"\(key)\": {\(inner)}}").object()
    let member = try #require(object.members.first)
    #expect(member.key == key)
    #expect(try member.value.object().members.count == 50_000)
    #expect(member.value.field.utf8.count <= 103)
  }

  @Test func pathsHoldNoControlCharacters() throws {
    let found = error(Array(#"{"\u001b[2J": {"a.b": x}}"#.utf8))
    #expect(
      found?.hasPrefix("“\\u{1B}[2J”.“a.b” at byte 22") == true,
      "\(found ?? "accepted")")
  }
}
