import MicroGPTRandom
import MicroGPTSampler
import Testing

/// What may be drawn at a place of a text, and what repetition costs, against
/// the definition.
@Suite struct RuleTests {
  @Test func rulesAreThoseOfTheDefinition() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    for _ in 0..<300 {
      let bos = Int.random(in: 2...30, using: &random)
      func some(_ count: Int) -> [Int] {
        (0..<count).map { _ in Int.random(in: 0..<bos, using: &random) }
      }
      let logits = (0...bos).map { _ in
        Float.random(in: -6...6, using: &random)
      }
      let penalty = Float.random(in: 0.3...3, using: &random)
      let (banned, context) = (some(bos / 3), some(12))
      let allowed = Bool.random(using: &random) ? Set(0..<bos) : Set(some(20))
      let minimum = Int.random(in: 0...4, using: &random)
      let place = Int.random(in: 0...4, using: &random)
      let lastForced = Int.random(in: 0...4, using: &random)
      let mayEnd = Bool.random(using: &random)
      guard !allowed.subtracting(banned).isEmpty else { continue }

      var expected = logits
      for token in 0..<bos {
        if context.contains(token) {
          expected[token] =
            logits[token] > 0
            ? logits[token] / penalty : logits[token] * penalty
        }
        if banned.contains(token) || !allowed.contains(token) {
          expected[token] = -.infinity
        }
      }
      if !mayEnd || place < minimum || place <= lastForced {
        expected[bos] = -.infinity
      }
      let options = GenerationOptions(
        repetitionPenalty: penalty, minimumLength: minimum,
        bannedCharacters: banned.map { letters[$0] },
        allowedCharacters: allowed.map { letters[$0] },
        forcedCharacters: [lastForced: "a"])
      let found = try ruled(
        logits, options, at: place, context: context, mayEnd: mayEnd)
      #expect(found == expected, "seed \(seed)")
    }
  }

  @Test func theDefaultsChangeNothing() throws {
    let logits: [Float] = [1, -2, 0, 5]
    let found = try ruled(logits, GenerationOptions(), at: 0, context: [0, 1])
    #expect(found == logits)
  }
}
