import Foundation
import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTTraining

private func corpus(_ text: String) throws -> TextCorpus {
  try TextCorpus(bytes: Array(text.utf8).span)
}

/// A text of scripts of every length in bytes, and its characters as Python
/// reads them.
func mixedText(
  _ random: inout SamplerRandom
) -> (text: String, characters: [Unicode.Scalar]) {
  let letters = Array("ab \n\r\t\u{0}äß→日本😀\u{FEFF}\u{10FFFF}".unicodeScalars)
  var text = String.UnicodeScalarView("\u{FEFF}".unicodeScalars)
  var characters: [Unicode.Scalar] = []
  var previous: Unicode.Scalar?
  for _ in 0..<3_000 {
    let scalar = letters.randomElement(using: &random) ?? "a"
    text.append(scalar)
    if scalar == "\r" {
      characters.append("\n")
    } else if scalar != "\n" || previous != "\r" {
      characters.append(scalar)
    }
    previous = scalar
  }
  return (String(text), characters)
}

@Suite struct TextCorpusTests {
  /// Windows from every place, against the text's scalars.
  @Test func everyWindowIsAPartOfTheText() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    let (text, characters) = mixedText(&random)
    let corpus = try corpus(text)
    #expect(corpus.characterCount == characters.count, "seed \(seed)")
    #expect(corpus.vocabulary.scalars == Set(characters).sorted())
    #expect(corpus.start == 3)

    let places = (3..<text.utf8.count).filter(corpus.beginsCharacter)
    try #require(places.count == characters.count, "seed \(seed)")
    for (index, place) in places.enumerated() {
      let length = Int.random(
        in: 1...min(100, characters.count - index), using: &random)
      var tokens = [Int32](repeating: -1, count: length + 2)
      tokens.withUnsafeMutableBufferPointer { tokens in
        guard let start = tokens.baseAddress else { return }
        corpus.read(length, from: place, to: start)
      }
      let expected = characters[index..<index + length].map {
        Int32(corpus.vocabulary.token(of: $0) ?? -2)
      }
      let bos = Int32(corpus.vocabulary.bosToken)
      #expect(tokens == [bos] + expected + [-1], "seed \(seed), \(index)")
    }
    for count in [1, 2, 50, 2_000, characters.count] {
      #expect(
        corpus.startOfLast(count, in: corpus.byteRange)
          == places[places.count - count])
    }
  }

  /// As a program would have it from Python's `open(path).read()`.
  @Test(arguments: [
    ("ab\r\nc\rd\n\r\n", "ab\nc\nd\n\n"),
    (" a \n\n b ", " a \n\n b "),
    ("\u{FEFF}\u{FEFF}a", "\u{FEFF}a"),
    ("\r", "\n"),
    ("\r\r\n\n", "\n\n\n"),
    ("e\u{301}é", "e\u{301}é"),
  ])
  func nothingIsStripped(text: String, characters: String) throws {
    let corpus = try corpus(text)
    let count = corpus.characterCount
    var tokens = [Int32](repeating: -1, count: count + 1)
    tokens.withUnsafeMutableBufferPointer { tokens in
      guard let start = tokens.baseAddress else { return }
      corpus.read(count, from: corpus.start, to: start)
    }
    let found = corpus.vocabulary.decode(tokens.dropFirst().map { Int($0) })
    #expect(Array(found.unicodeScalars) == Array(characters.unicodeScalars))
    #expect(corpus.startOfLast(count, in: corpus.byteRange) == corpus.start)
  }

  /// Large enough to be mapped.
  @Test func aFileIsTheSameAsItsBytes() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-corpus-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: url) }
    let text = String(
      repeating: "To be, or not to be – that is\n", count: 35_000)
    #expect(text.utf8.count > Checkpoint.OpeningMode.maximumCopiedByteCount)
    try Data(text.utf8).write(to: url)
    let mapped = try TextCorpus(path: url.path)
    let copied = try corpus(text)
    #expect(mapped.sha256 == copied.sha256)
    #expect(mapped.characterCount == text.unicodeScalars.count)
    #expect(mapped.vocabulary == copied.vocabulary)
    #expect(
      mapped.startOfLast(10, in: mapped.byteRange)
        == copied.startOfLast(10, in: copied.byteRange))
  }

  /// Not allowed, but nothing outside of it is read.
  @Test func aFileWithFewerCharactersThanBefore() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-corpus-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: url) }
    let count = Checkpoint.OpeningMode.maximumCopiedByteCount + 2
    try Data(repeating: 97, count: count).write(to: url)
    let corpus = try TextCorpus(path: url.path)
    let file = try FileHandle(forWritingTo: url)
    try file.write(
      contentsOf: Data(String(repeating: "é", count: count / 2).utf8))
    #expect(corpus.startOfLast(count, in: corpus.byteRange) == nil)
    var tokens: [Int32] = [-1, -1, -1]
    tokens.withUnsafeMutableBufferPointer { tokens in
      guard let start = tokens.baseAddress else { return }
      corpus.read(2, from: count - 2, to: start)
    }
    #expect(tokens == [1, 1, 1])
  }

  @Test func whatIsNoTextIsRefused() throws {
    #expect(throws: TextCorpusError.empty) { try corpus("") }
    #expect(throws: TextCorpusError.empty) { try corpus("\u{FEFF}") }
    let invalid: [([UInt8], Int)] = [
      ([97, 98, 0xC3, 0x28], 2), ([0xFF], 0), ([97, 0xE2, 0x82], 1),
      ([0xC3, 0xA9, 0xED, 0xA0, 0x80], 2), ([0xEF, 0xBB, 0xBF, 0xC0], 3),
    ]
    for (bytes, offset) in invalid {
      #expect(throws: TextCorpusError.invalidUTF8(byteOffset: offset)) {
        try TextCorpus(bytes: bytes.span)
      }
    }
    let missing = #expect(throws: TextCorpusError.self) {
      try TextCorpus(path: "/no/such/text")
    }
    #expect(missing?.description == "cannot open: there is no folder “/no”")
  }
}

@Suite struct RandomWindowsTests {
  /// Every character begins as many windows as any other, however many bytes
  /// it has, and none begins behind the last that has room.
  @Test func windowsBeginAnywhereAlike() throws {
    let text = "a\r\nß\r→😀b\nzzz"
    let corpus = try corpus(text)
    let windows = try RandomWindows(
      corpus, length: 3, options: TrainingOptions(seed: 7))
    let starts = [0, 1, 3, 5, 6, 9, 13, 14, 15]
    var counts: [Int: Int] = [:]
    for index in 0..<9_000 {
      counts[windows.start(ofWindow: index), default: 0] += 1
    }
    #expect(counts.keys.sorted() == starts)
    // 1,000 each, with a standard deviation of 30.
    #expect(counts.values.allSatisfy { 800...1_200 ~= $0 }, "\(counts)")
  }

  /// The draws are part of what a seed means; these are by the definition of
  /// SplitMix64 in Python.
  @Test func windowsOfASeedStayWhatTheyAre() throws {
    let corpus = try corpus(
      String(repeating: "a", count: 1_000_003))
    let windows = try RandomWindows(
      corpus, length: 4, options: TrainingOptions(seed: 42))
    #expect(
      (0..<5).map(windows.start) == [772056, 333029, 797235, 330750, 512575])
  }

  @Test func batchesAreWindowsByTheirNumber() throws {
    let text = try corpus("the quick brown fox jumps over the lazy dog")
    let single = try RandomWindows(
      text, length: 6, options: TrainingOptions(seed: 3))
    let triple = try RandomWindows(
      text, length: 6, options: TrainingOptions(batchSize: 3, seed: 3))
    let (one, three) = (
      Batch(count: 1, positions: 6), Batch(count: 3, positions: 6)
    )
    func tokens(_ batch: Batch, _ index: Int) -> [Int32] {
      Array(UnsafeBufferPointer(start: batch.tokens(of: index), count: 7))
    }
    var seen: Set<[Int32]> = []
    for step in 0..<4 {
      triple.fill(three, step: step)
      for index in 0..<3 {
        single.fill(one, step: step * 3 + index)
        #expect(three.rows(of: index) == 6 * index..<6 * index + 6)
        #expect(tokens(one, 0) == tokens(three, index))
        seen.insert(tokens(one, 0))
      }
    }
    #expect(seen.count > 6)
  }

  @Test func aTextOfOneWindowIsAlwaysThatWindow() throws {
    let windows = try RandomWindows(
      corpus("äbc"), length: 3, options: TrainingOptions())
    #expect((0..<50).allSatisfy { windows.start(ofWindow: $0) == 0 })
  }
}
