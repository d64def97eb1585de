import MicroGPTRandom
import MicroGPTSampler
import Testing

/// Stop strings, and the characters that are held back for them.
@Suite struct StopStringTests {
  /// Where a text stops, against a search of all of its beginnings.
  @Test func textsStopWhereAStopStringFirstEnds() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    let model = try TestModel(blockSize: 24).opened()
    func text(_ range: ClosedRange<Int>) -> String {
      String(
        String.UnicodeScalarView(
          (0..<Int.random(in: range, using: &random)).map { _ in
            letters[Int.random(in: 0..<2, using: &random)]
          }))
    }
    for _ in 0..<80 {
      let written = text(1...20)
      let stops = (0..<3).map { _ in text(1...5) }
      let options = GenerationOptions(
        maximumLength: written.count, stopStrings: stops,
        forcedCharacters: forced(written))
      var expected = written
      for end in 1...written.count {
        let found = stops.filter { written.prefix(end).hasSuffix($0) }
        guard let longest = found.map(\.count).max() else { continue }
        expected = String(written.prefix(end - longest))
        break
      }
      var heard = ""
      let sample = try model.generate(options: options) {
        heard.unicodeScalars.append($0.scalar)
        return true
      }
      #expect(
        sample.continuation == expected && heard == expected,
        "seed \(seed): \(stops) in \(written)")
    }
  }

  /// What a closure has heard when it gives up is what the sample has, so
  /// nothing was handed out that a stop string might have cut off.
  @Test func whatMayBecomeAStopStringIsHeldBack() throws {
    let model = try TestModel().opened()
    let options = GenerationOptions(
      maximumLength: 9, stopStrings: ["bcd", "cdef", "xyz"],
      forcedCharacters: forced("abcebcxyc"), reportsLogProbabilities: true)
    for count in 1...9 {
      var heard = ""
      let sample = try model.generate(options: options) {
        heard.unicodeScalars.append($0.scalar)
        return heard.count < count
      }
      #expect(heard == "abcebcxyc".prefix(count))
      #expect(sample.continuation == heard)
      #expect(sample.logProbabilities?.count == heard.count)
      #expect(sample.finishReason == (count < 9 ? .cancelled : .length))
    }
  }

  @Test func aStopStringCountsBeforeTheLength() throws {
    let model = try TestModel().opened()
    let sample = try model.generate(
      options: GenerationOptions(
        minimumLength: 3, maximumLength: 3, stopStrings: ["bc"],
        forcedCharacters: forced("abc")))
    #expect(sample.continuation == "a" && sample.finishReason == .stopString)
  }

  /// The prompt is not looked at, nor are capitals made small.
  @Test func onlyTheContinuationIsSearched() throws {
    let model = try TestModel().opened()
    let sample = try model.generate(
      prompt: "xa",
      options: GenerationOptions(
        maximumLength: 2, stopStrings: ["xa", "ab", "BC", "bé"],
        forcedCharacters: forced("bc")))
    #expect(sample.continuation == "bc" && sample.finishReason == .length)
  }
}
