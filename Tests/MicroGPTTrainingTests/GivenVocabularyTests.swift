import Foundation
import MicroGPTFormat
import Testing

@testable import MicroGPTTraining

private func vocabulary(_ characters: String) throws -> Vocabulary {
  try #require(Vocabulary(of: characters.unicodeScalars))
}

@Suite struct GivenVocabularyTests {
  @Test func documentsAreEncodedInIt() throws {
    // LF and a scalar behind all of the data's among them.
    let given = try vocabulary("\nAabcdeéz😀")
    let data = try LineCorpus(
      bytes: Array("bed\r\n\n é \nab".utf8).span, vocabulary: given)
    #expect(data.vocabulary == given)
    #expect(data.documentCount == 3)
    #expect(data.tokens(ofDocumentAt: 0) == [3, 6, 5])
    #expect(data.tokens(ofDocumentAt: 1) == [8])
    #expect(data.tokens(ofDocumentAt: 2) == [2, 3])
    #expect(data.tokens == [10, 3, 6, 5, 10, 8, 10, 2, 3, 10])
    #expect(Corpus.lines(data).vocabulary == given)
  }

  @Test func aTextIsEncodedInIt() throws {
    let given = try vocabulary("\nabeé😀")
    let text = try TextCorpus(
      bytes: Array("\u{FEFF}bé\r\na".utf8).span, vocabulary: given)
    #expect(text.vocabulary == given)
    #expect(text.characterCount == 4)
    let windows = try RandomWindows(
      text, length: 4, options: TrainingOptions())
    let batch = Batch(count: 1, positions: 4)
    windows.fill(batch, step: 0)
    let tokens = UnsafeBufferPointer(start: batch.tokens(of: 0), count: 5)
    #expect(Array(tokens) == [6, 2, 4, 0, 1])
  }

  @Test func itsOwnVocabularyChangesNothing() throws {
    let bytes = Array("zoë\nłucja\n李\n😀\u{10FFFF}".utf8)
    let data = try LineCorpus(bytes: bytes.span)
    let again = try LineCorpus(bytes: bytes.span, vocabulary: data.vocabulary)
    #expect(again.tokens == data.tokens)
    #expect(again.vocabulary == data.vocabulary)
    let text = try TextCorpus(bytes: bytes.span)
    #expect(text.vocabulary.scalars == ["\n"] + data.vocabulary.scalars)
    #expect(
      try TextCorpus(bytes: bytes.span, vocabulary: text.vocabulary).vocabulary
        == text.vocabulary)
  }

  @Test func unknownCharactersAreListed() throws {
    let given = try vocabulary("abc")
    // In order, each once, and in the case that they have.
    let bytes = Array("aßb\r\nA\tc😀\nß\u{7}A\n".utf8)
    let lines: [Unicode.Scalar] = ["\u{7}", "\t", "A", "ß", "😀"]
    #expect(throws: LineCorpusError.unknownCharacters(lines)) {
      try LineCorpus(bytes: bytes.span, vocabulary: given)
    }
    let text: [Unicode.Scalar] = ["\u{7}", "\t", "\n", "A", "ß", "😀"]
    #expect(throws: TextCorpusError.unknownCharacters(text)) {
      try TextCorpus(bytes: bytes.span, vocabulary: given)
    }
    let url = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-vocabulary-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    #expect(throws: TextCorpusError.unknownCharacters(text)) {
      try TextCorpus(path: url.path, vocabulary: given)
    }
    #expect(
      try TextCorpus(path: url.path, vocabulary: vocabulary("\t\n\u{7}Aabcß😀"))
        .vocabulary.size == 10)
  }

  @Test func whatIsNoTextIsSaidFirst() throws {
    let given = try vocabulary("a")
    let (none, broken): ([UInt8], [UInt8]) = ([], [98, 0xFF])
    #expect(throws: LineCorpusError.noDocuments) {
      try LineCorpus(bytes: Array(" \n".utf8).span, vocabulary: given)
    }
    #expect(throws: LineCorpusError.invalidUTF8(byteOffset: 1)) {
      try LineCorpus(bytes: broken.span, vocabulary: given)
    }
    #expect(throws: TextCorpusError.empty) {
      try TextCorpus(bytes: none.span, vocabulary: given)
    }
    #expect(throws: TextCorpusError.invalidUTF8(byteOffset: 1)) {
      try TextCorpus(bytes: broken.span, vocabulary: given)
    }
  }

  @Test func theErrorNamesThem() {
    #expect(
      "\(LineCorpusError.unknownCharacters(["\t", " ", "ä", "\u{85}"]))"
        == "the vocabulary lacks 4 of its characters: “\\t” (U+0009),"
        + " “ ” (U+0020), “ä” (U+00E4), “\\u{0085}” (U+0085)")
    #expect(
      "\(TextCorpusError.unknownCharacters(["😀"]))"
        == "the vocabulary lacks 1 of its characters: “😀” (U+1F600)")
    func clause(_ count: UInt32) -> String {
      let scalars = (0..<count).compactMap { Unicode.Scalar(0x4E00 + $0) }
      return "\(TextCorpusError.unknownCharacters(scalars))"
    }
    #expect(clause(20).hasSuffix(", “丒” (U+4E12), “专” (U+4E13)"))
    #expect(clause(21).hasPrefix("the vocabulary lacks 21 of its characters: "))
    #expect(clause(21).hasSuffix(" (U+4E13) and 1 more"))
    #expect(clause(5_000).hasSuffix(" (U+4E13) and 4980 more"))
  }
}
