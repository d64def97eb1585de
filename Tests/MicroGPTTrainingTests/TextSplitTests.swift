import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTTraining

private func corpus(_ text: String) throws -> TextCorpus {
  try TextCorpus(bytes: Array(text.utf8).span)
}

/// Where the characters of a text begin, and its end.
private func edges(_ text: TextCorpus) -> [Int] {
  text.byteRange.filter(text.beginsCharacter) + [text.byteRange.upperBound]
}

/// The tokens of a window, BOS in front.
private func tokens(_ batch: Batch, _ window: Int) -> [Int32] {
  Array(
    UnsafeBufferPointer(
      start: batch.tokens(of: window), count: batch.rows(of: window).count + 1))
}

@Suite struct TextSplitTests {
  /// Against lists of all characters, on texts of every length of character
  /// and of all kinds of line ends.
  @Test func noWindowTouchesWhatIsHeldOut() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    let text = try corpus(mixedText(&random).text)
    let edges = edges(text)
    var sides: Set<Int> = []
    for _ in 0..<60 {
      let length = Int.random(in: 1...120, using: &random)
      let options = try TrainingOptions(
        seed: random.next(),
        validationFraction: Double.random(in: 0.06...0.8, using: &random))
      let split = try TextSplit(text, length: length, options: options)
      let heldOut = split.heldOut
      let first = try #require(edges.firstIndex(of: heldOut.lowerBound))
      let end = try #require(edges.firstIndex(of: heldOut.upperBound))
      #expect(split.heldOutCharacterCount == end - first, "seed \(seed)")
      let expected = options.validationFraction * Double(text.byteRange.count)
      #expect(abs(Double(heldOut.count) - expected) < 5, "seed \(seed)")

      // Every place from which so many characters end before it or begin
      // behind it, and no other.
      let starts = edges.indices.dropLast(length).filter {
        $0 + length <= first || $0 >= end
      }
      let places = split.places.flatMap { $0 }.filter(text.beginsCharacter)
      #expect(places == starts.map { edges[$0] }, "seed \(seed)")
      sides.insert(split.places.count)

      let windows = try RandomWindows(text, length: length, options: options)
      for index in 0..<200 {
        let start = windows.start(ofWindow: index)
        #expect(places.contains(start), "seed \(seed)")
      }
    }
    #expect(sides.contains(2), "seed \(seed)")
  }

  @Test func windowsBeginOnBothSidesAlike() throws {
    let text = try corpus("a\r\nß\r→😀b\nzzz\r\n→ßab\r\n日本c")
    // Characters 6 to 11 of 19, for instance.
    let options = try #require(
      try (0..<100 as Range<UInt64>).lazy.map {
        try TrainingOptions(seed: $0, validationFraction: 0.3)
      }.first {
        try TextSplit(text, length: 3, options: $0).places.allSatisfy {
          $0.count > 3
        } && TextSplit(text, length: 3, options: $0).places.count == 2
      })
    let split = try TextSplit(text, length: 3, options: options)
    let places = split.places.flatMap { $0 }.filter(text.beginsCharacter)
    let windows = try RandomWindows(text, length: 3, options: options)
    var counts: [Int: Int] = [:]
    for index in 0..<1_000 * places.count {
      counts[windows.start(ofWindow: index), default: 0] += 1
    }
    #expect(counts.keys.sorted() == places)
    // 1,000 each, with a standard deviation of about 30.
    #expect(counts.values.allSatisfy { 800...1_200 ~= $0 }, "\(counts)")
  }

  /// The draws are part of what a seed means; these are by the definition of
  /// SplitMix64 in Python.
  @Test func splitsOfASeedStayWhatTheyAre() throws {
    let text = try corpus(String(repeating: "a", count: 1_000_003))
    func options(_ seed: UInt64) throws -> TrainingOptions {
      try TrainingOptions(seed: seed, validationFraction: 0.1)
    }
    let starts = try [42, 0, 1].map {
      try TextSplit(text, length: 4, options: options($0)).heldOut
    }
    #expect(starts == [336064, 578117, 183887].map { $0..<$0 + 100_000 })
    let windows = try RandomWindows(text, length: 4, options: options(42))
    #expect(
      (0..<5).map(windows.start) == [794851, 299725, 817512, 297674, 561319])
  }

  @Test func theSeedDecidesAndAnyPlaceIsAsLikely() throws {
    let text = try corpus(String(repeating: "ab", count: 500))
    func start(_ seed: UInt64, steps: Int = 10) throws -> Int {
      let options = try TrainingOptions(
        stepCount: steps, batchSize: steps, seed: seed, validationFraction: 0.2)
      return try TextSplit(text, length: 8, options: options).heldOut.lowerBound
    }
    #expect(try start(5) == start(5, steps: 99))
    let starts = try (0..<1_000).map { try start($0) }
    #expect(starts.allSatisfy { 0...800 ~= $0 })
    // A quarter each: 250, with a standard deviation of 14.
    for quarter in 0..<4 {
      let count = starts.count { min(3, $0 / 200) == quarter }
      #expect(180...320 ~= count, "quarter \(quarter): \(count)")
    }
  }

  @Test func nothingIsHeldOutUnlessAskedFor() throws {
    let text = try corpus("\u{FEFF}äbc\r\nde")
    let options = try TrainingOptions()
    let split = try TextSplit(text, length: 3, options: options)
    #expect(split.places == [3...7])
    #expect(split.heldOut.isEmpty)
    let windows = try RandomWindows(text, length: 3, options: options)
    #expect(windows.validationSet(positions: 3) == nil)
  }

  @Test func initialWeightsAreThoseOfNoSplit() throws {
    let text = try corpus(String(repeating: "we saw the sea. ", count: 40))
    func weights(_ share: Double) throws -> [Float] {
      let trainer = try Trainer(
        configuration: GPTConfiguration(
          vocabularySize: text.vocabulary.size), corpus: .text(text),
        options: TrainingOptions(validationFraction: share))
      #expect((trainer.validationSet == nil) == (share == 0))
      return trainer.withWeights { weights in
        weights.indices.map { weights[$0] }
      }
    }
    #expect(try weights(0.3) == weights(0))
  }

  @Test func partsTooShortAreRefused() throws {
    let text = try corpus(String(repeating: "ä", count: 100))
    func trainer(
      _ share: Double, _ blockSize: Int, seed: UInt64 = 0
    ) throws -> Trainer {
      try Trainer(
        configuration: GPTConfiguration(
          blockSize: blockSize, vocabularySize: 2), corpus: .text(text),
        options: TrainingOptions(seed: seed, validationFraction: share))
    }
    #expect(try trainer(0.1, 10).validationSet?.heldOutUnitCount == 10)
    #expect(
      throws: TrainingError.heldOutTooShort(characterCount: 10, blockSize: 11)
    ) { try trainer(0.1, 11) }
    #expect(
      throws: TrainingError.heldOutTooShort(characterCount: 0, blockSize: 1)
    ) { try trainer(0.001, 1) }
    #expect(throws: TrainingError.restTooShort(blockSize: 11)) {
      try trainer(0.9, 11)
    }
    // One side is enough.
    for seed in 0..<40 as Range<UInt64> {
      let start =
        try TextSplit(
          text, length: 1,
          options: TrainingOptions(seed: seed, validationFraction: 0.7)
        ).heldOut.lowerBound / 2
      if max(start, 30 - start) >= 20 {
        #expect(try trainer(0.7, 20, seed: seed).step().isFinite)
      } else {
        #expect(throws: TrainingError.restTooShort(blockSize: 20)) {
          try trainer(0.7, 20, seed: seed)
        }
      }
    }
    #expect(
      "\(TrainingError.heldOutTooShort(characterCount: 10, blockSize: 11))"
        == "the text held out has 10 characters, expected at least 11"
        + " (block_size)")
    #expect(
      "\(TrainingError.restTooShort(blockSize: 11))"
        == "the text before and behind what is held out has less than 11"
        + " characters (block_size) each")
  }
}

@Suite struct HeldOutWindowsTests {
  @Test func windowsAreOneBehindTheOther() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    let (string, characters) = mixedText(&random)
    let text = try corpus(string)
    let edges = edges(text)
    for length in [1, 7, 100] {
      let options = try TrainingOptions(
        seed: random.next(), validationFraction: 0.3)
      let split = try TextSplit(text, length: length, options: options)
      let first = try #require(edges.firstIndex(of: split.heldOut.lowerBound))
      let windows = try RandomWindows(text, length: length, options: options)
      let set = try #require(windows.validationSet(positions: length))
      #expect(
        set.heldOutUnitCount == split.heldOutCharacterCount, "seed \(seed)")
      #expect(
        set.documentCount == split.heldOutCharacterCount / length,
        "seed \(seed)")
      #expect(set.characterCount == set.documentCount * length, "seed \(seed)")
      for window in 0..<set.documentCount {
        let start = first + window * length
        let expected = characters[start..<start + length].map {
          Int32(text.vocabulary.token(of: $0) ?? -1)
        }
        #expect(
          tokens(set.batch, window)
            == [Int32(text.vocabulary.bosToken)] + expected, "seed \(seed)")
      }
    }
  }

  /// No more than 65,536 positions, from all over the stretch.
  @Test func windowsAreEvenlySpaced() throws {
    // Characters that tell where they stand, in blocks of 1,000.
    let scalars = (0..<300_000).compactMap {
      Unicode.Scalar(UInt32(0x4E00 + $0 / 1_000))
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    let text = try corpus(String(view))
    let options = try TrainingOptions(validationFraction: 0.7)
    let length = 20_000
    let split = try TextSplit(text, length: length, options: options)
    #expect(split.heldOutCharacterCount == 210_000)
    let windows = try RandomWindows(text, length: length, options: options)
    let set = try #require(windows.validationSet(positions: length))
    #expect(set.documentCount == 3)
    #expect(set.heldOutUnitCount == 210_000)
    let first = split.heldOut.lowerBound / 3
    for (index, window) in [0, 3, 6].enumerated() {
      let start = first + window * length
      let expected = (start..<start + length).map { Int32($0 / 1_000) }
      #expect(tokens(set.batch, index) == [300] + expected)
    }
  }
}
