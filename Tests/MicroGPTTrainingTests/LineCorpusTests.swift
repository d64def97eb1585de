import MicroGPTFormat
import MicroGPTTraining
import Testing

private func read(_ text: String) throws -> [String] {
  let set = try lineCorpus(Array(text.utf8))
  return (0..<set.documentCount).map {
    set.vocabulary.decode(set.tokens(ofDocumentAt: $0))
  }
}

@Suite struct LineCorpusTests {
  @Test(arguments: [
    ("emma\nava\n", ["emma", "ava"]),
    ("emma\nava", ["emma", "ava"]),
    ("emma\r\nava\r\n", ["emma", "ava"]),
    ("emma\rava\r\rmia", ["emma", "ava", "mia"]),
    ("\n\n \t\nemma\n  \n\nava\n\n", ["emma", "ava"]),
    ("\u{FEFF}emma\nava", ["emma", "ava"]),
    ("\u{FEFF}\u{FEFF}a", ["\u{FEFF}a"]),
    ("a\n\u{FEFF}b", ["a", "\u{FEFF}b"]),
    ("  mary ann \t", ["mary ann"]),
    ("\u{A0}a\u{A0}b\u{A0}", ["a\u{A0}b"]),
    (
      "a\u{B}b\u{C}c\u{1C}d\u{85}e\u{2028}f",
      ["a\u{B}b\u{C}c\u{1C}d\u{85}e\u{2028}f"]
    ),
    ("\u{200B}a\u{180E}", ["\u{200B}a\u{180E}"]),
    ("zoë\nłucja\n李\n😀\u{10FFFF}", ["zoë", "łucja", "李", "😀\u{10FFFF}"]),
    ("e\u{301}", ["e\u{301}"]),
    ("a\0b\n\0", ["a\0b", "\0"]),
  ])
  func linesAreReadAsPythonReadsThem(text: String, documents: [String]) throws {
    #expect(try read(text) == documents)
  }

  @Test func whiteSpaceIsPythons() throws {
    // str.isspace of Python 3.11, all code points.
    let spaces: [ClosedRange<UInt32>] = [
      0x09...0x0D, 0x1C...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680,
      0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F,
      0x3000...0x3000,
    ]
    let scalars = (1..<UInt32(0x3100)).compactMap { Unicode.Scalar($0) }
    let lines = scalars.map { scalar in
      spaces.contains { $0.contains(scalar.value) } ? "x" : "x\(scalar)"
    }
    let text = scalars.map { "x\($0)" }.joined(separator: "\n")
    #expect(try read(text) == lines)
  }

  @Test func figures() throws {
    let set = try lineCorpus(Array("emma\nava\nisabella\n".utf8))
    #expect(set.documentCount == 3)
    #expect(set.characterCount == 15)
    #expect(set.tokenCount == 18)
    #expect(set.longestDocumentLength == 8)
    #expect(set.documentCount(longerThan: 8) == 0)
    #expect(set.documentCount(longerThan: 4) == 1)
    #expect(set.documentCount(longerThan: 3) == 2)
    #expect(set.documentCount(longerThan: 0) == 3)
    #expect(set.vocabulary.scalars == ["a", "b", "e", "i", "l", "m", "s", "v"])
    #expect(set.tokens(ofDocumentAt: 1) == [0, 7, 0])
  }

  @Test func names() throws {
    let set = try namesData()
    #expect(set.documentCount == 30_460)
    #expect(set.vocabulary.size == 27)
    #expect(set.longestDocumentLength == 15)
    #expect(set.tokenCount == 219_616)
  }

  @Test(arguments: ["", "\n", "\u{FEFF}", " \t\r\n\u{3000}\u{85}\n"])
  func blankTextHasNoDocuments(text: String) {
    #expect(throws: LineCorpusError.noDocuments) { try read(text) }
  }

  @Test(arguments: [
    ([0x80], 0),
    ([0x61, 0xBF], 1),
    ([0xC0, 0x80], 0),  // overlong
    ([0x61, 0x0A, 0xC1, 0xBF], 2),
    ([0xE0, 0x9F, 0xBF], 0),
    ([0xF0, 0x8F, 0xBF, 0xBF], 0),
    ([0x61, 0xED, 0xA0, 0x80], 1),  // surrogate
    ([0xED, 0xBF, 0xBF], 0),
    ([0xF4, 0x90, 0x80, 0x80], 0),  // above U+10FFFF
    ([0xF5, 0x80, 0x80, 0x80], 0),
    ([0xFF], 0),
    ([0x61, 0xC3], 1),  // cut short
    ([0x61, 0xC3, 0x61], 1),
    ([0xC3, 0xA9, 0xE2, 0x82], 2),
    ([0xE2, 0x82, 0x61], 0),
    ([0xF0, 0x9F, 0x98], 0),
    ([0xF0, 0x9F, 0x98, 0x61], 0),
    ([0xEF, 0xBB], 0),
    ([0x20, 0x20, 0xFE], 2),  // in white space too
  ])
  func invalidUTF8IsRefused(bytes: [UInt8], offset: Int) {
    #expect(throws: LineCorpusError.invalidUTF8(byteOffset: offset)) {
      try lineCorpus(bytes)
    }
  }

  @Test func everyScalarIsDecoded() throws {
    // One document a plane and a half, each scalar once, none of them a space.
    let scalars = (0x3001...UInt32(0x10FFFF)).lazy.filter { $0 % 97 == 0 }
      .compactMap { Unicode.Scalar($0) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    let set = try lineCorpus(Array(String(text).utf8))
    #expect(set.vocabulary.scalars == Array(scalars))
    #expect(set.tokens(ofDocumentAt: 0) == Array(0..<set.vocabulary.bosToken))
  }

  @Test func errorsSaySoInOneClause() {
    #expect(
      "\(LineCorpusError.invalidUTF8(byteOffset: 7))"
        == "the text is not UTF-8 at byte 7")
    #expect(
      "\(LineCorpusError.noDocuments)".hasPrefix("the text has no documents"))
  }
}
