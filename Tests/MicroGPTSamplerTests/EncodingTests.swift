import MicroGPTSampler
import Testing

@Suite struct EncodingTests {
  @Test func textsAndTokens() throws {
    let model = try TestModel(characters: "aBbéß\u{10428}😀").opened()
    let tokens = try model.encode("BbaAÉ\u{10400}😀ß")
    #expect(tokens == [0, 2, 1, 1, 4, 5, 6, 3])
    #expect(model.decode(tokens) == "Bbaaé\u{10428}😀ß")
    #expect(try model.encode("") == [])
    #expect(model.decode([]) == "")
  }

  /// BOS has no character.
  @Test func theTokenOfNoCharacter() throws {
    let model = try TestModel(characters: "ab").opened()
    #expect(model.vocabulary.bosToken == 2)
    #expect(model.decode([2, 1, 2, 0, 2]) == "ba")
  }

  /// A scalar is a token, whatever it looks like together with others.
  @Test func nothingIsNormalized() throws {
    let model = try TestModel(characters: "e\u{301}").opened()
    #expect(try model.encode("e\u{301}") == [0, 1])
    #expect(throws: GenerationError.self) { try model.encode("\u{e9}") }
  }
}
