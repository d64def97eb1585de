import MicroGPTFormat
import MicroGPTTraining
import Testing

@Suite struct DecomposedCharactersTests {
  private func found(
    in text: String, _ kind: DocumentKind
  ) throws -> DecomposedCharacters? {
    let bytes = Array(text.utf8)
    let corpus: Corpus =
      switch kind {
      case .lines: .lines(try LineCorpus(bytes: bytes.span))
      case .text: .text(try TextCorpus(bytes: bytes.span))
      }
    return corpus.decomposedCharacters
  }

  @Test(arguments: DocumentKind.allCases)
  func areCounted(kind: DocumentKind) throws {
    let one = try #require(try found(in: "re\u{301}ne\u{301}\na\u{300}", kind))
    #expect(one.count == 3 && !one.isComposedToo)
    #expect(one.base == "e" && one.mark == "\u{301}" && one.composed == "é")
    // The example is one that is there in both forms.
    let both = try #require(try found(in: "re\u{301}\na\u{300}\r\nà", kind))
    #expect(both.count == 2 && both.isComposedToo)
    #expect(both.composed == "à")
  }

  @Test(arguments: DocumentKind.allCases)
  func plainTextAndOtherMarksHaveNone(kind: DocumentKind) throws {
    for text in [
      "anna\nrené", "บ้านที่", "שָׁלוֹם\n\u{301}e", "हिन्दी", "❤\u{FE0F}",
      "q\u{301}",
    ] {
      #expect(try found(in: text, kind) == nil)
    }
  }
}
