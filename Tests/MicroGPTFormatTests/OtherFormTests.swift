import MicroGPTFormat
import Testing

@Suite("Normal forms of Unicode")
struct OtherFormTests {
  private func scalars(_ text: String) -> [Unicode.Scalar] {
    Array(text.unicodeScalars)
  }

  private func form(_ text: String, in characters: String) throws -> OtherForm?
  {
    let vocabulary = try #require(Vocabulary(of: characters.unicodeScalars))
    return vocabulary.otherForm(in: text.unicodeScalars)
  }

  @Test(
    arguments: [
      ("e\u{301}", "\u{E9}", "\u{E9}"), ("xe\u{301}", "\u{E9}x", "\u{E9}"),
      ("e\u{302}\u{323}", "e\u{1EC7}", "\u{1EC7}"),
      ("e\u{323}\u{302}", "\u{1EC7}\u{302}", "\u{1EC7}"),
      ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}", "\u{D55C}"),
      ("\u{304B}\u{3099}", "\u{304B}\u{304C}", "\u{304C}"),
      ("\u{212B}", "\u{C5}", "\u{C5}"),
    ] as [(String, String, Unicode.Scalar)])
  func composedCharactersAreFound(
    text: String, characters: String, expected: Unicode.Scalar
  ) throws {
    #expect(try form(text, in: characters) == .composed(expected))
  }

  @Test(arguments: [
    ("é", "e\u{301}", "e\u{301}"), ("aé", "ae\u{301}", "e\u{301}"),
    ("\u{1EC7}", "e\u{323}\u{302}", "e\u{302}\u{323}"),
    ("한", "\u{1112}\u{1161}\u{11AB}", "\u{1112}\u{1161}\u{11AB}"),
    ("\u{958}", "\u{915}\u{93C}", "\u{915}\u{93C}"),
  ])
  func decomposedCharactersAreFound(
    text: String, characters: String, expected: String
  ) throws {
    #expect(
      try form(text, in: characters) == .decomposed(scalars(expected)))
  }

  /// Letters with other marks, and marks that no letter is composed with.
  @Test(arguments: [
    ("q\u{301}", "éq"), ("\u{301}", "é"), ("e\u{301}", "e\u{301}é"),
    ("x", "é"), ("é", "e\u{300}"), ("e\u{301}", "è"),
    ("\u{5E9}\u{5C1}", "\u{FB2A}"), ("É", "e\u{301}"),
  ])
  func otherCharactersAreNone(text: String, characters: String) throws {
    #expect(try form(text, in: characters) == nil)
  }

  /// What users type is tried in lower case.
  @Test func unknownCharactersTellTheOtherForm() throws {
    for (text, characters, words) in [
      ("re\u{301}", "ér", "(NFC), as “é” (U+00E9); “uconv -x nfc”"),
      ("RE\u{301}", "eér", "(NFC), as “é” (U+00E9); “uconv -x nfc”"),
      ("ré", "re\u{301}", "(NFD), as “e” (U+0065) and U+0301; “uconv -x nfd”"),
      ("RÉ", "re\u{301}", "(NFD), as “e” (U+0065) and U+0301; “uconv -x nfd”"),
    ] {
      let vocabulary = try #require(Vocabulary(of: characters.unicodeScalars))
      let error = #expect(throws: UnknownCharacterError.self) {
        try vocabulary.encode(text)
      }
      #expect(error?.description.contains(words) ?? false)
    }
    let vocabulary = try #require(Vocabulary(of: "é".unicodeScalars))
    let error = #expect(throws: UnknownCharacterError.self) {
      try vocabulary.encode("2e\u{301}")
    }
    #expect(
      error?.description == "the character “2” (U+0032) is not in the"
        + " vocabulary")
  }

  /// Thai, Hebrew, Devanagari, variants of emoji and what composes otherwise.
  @Test func marksOfManyScriptsDoNotCompose() {
    for text in [
      "\u{E19}\u{E49}", "\u{E17}\u{E35}", "\u{5E9}\u{5C1}", "\u{915}\u{93C}",
      "\u{915}\u{94D}", "\u{2764}\u{FE0F}", "q\u{301}", "\u{1EB9}\u{301}",
      "\u{AC01}\u{11A8}",
    ] {
      let parts = scalars(text)
      #expect(parts[1].continuesCharacter)
      #expect(parts[0].composed(with: parts[1]) == nil, "\(text)")
    }
    for (text, composed) in [
      ("e\u{301}", "é"), ("\u{1112}\u{1161}", "하"), ("하\u{11AB}", "한"),
      ("か\u{3099}", "が"), ("\u{9C7}\u{9BE}", "\u{9CB}"), ("и\u{306}", "й"),
    ] as [(String, Unicode.Scalar)] {
      let parts = scalars(text)
      #expect(parts[1].continuesCharacter)
      #expect(parts[0].composed(with: parts[1]) == composed)
    }
  }
}
