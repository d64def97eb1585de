import Foundation
import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

@Suite struct VocabularyTests {
  @Test func textComesBack() throws {
    let vocabulary = try #require(Vocabulary(of: "hello wörld".unicodeScalars))
    #expect(vocabulary.scalars == " dehlorwö".unicodeScalars.map { $0 })
    #expect(vocabulary.bosToken == 9 && vocabulary.size == 10)
    let tokens = try vocabulary.encode("Wörld")
    #expect(vocabulary.decode(tokens + [9, 10, -1]) == "wörld")
  }

  @Test func capitalsThatTheVocabularyHasAreKept() throws {
    let vocabulary = try #require(Vocabulary(of: "aA".unicodeScalars))
    #expect(try vocabulary.encode("Aa") == [0, 1])
  }

  @Test func emptyAndUnsortedOnesAreRefused() {
    #expect(Vocabulary(of: "".unicodeScalars) == nil)
    #expect(Vocabulary(sorted: ["b", "a"]) == nil)
    #expect(Vocabulary(sorted: ["a", "a"]) == nil)
  }

  @Test func unknownCharactersAreNamed() throws {
    let vocabulary = try #require(Vocabulary(of: "ab".unicodeScalars))
    #expect {
      try vocabulary.encode("a\u{7}")
    } throws: { error in
      "\(error)" == "the character “\\u{07}” (U+0007) is not in the vocabulary"
    }
    // İ becomes two scalars in lower case, which is no lookup.
    #expect(throws: UnknownCharacterError.self) { try vocabulary.encode("İ") }
  }
}
