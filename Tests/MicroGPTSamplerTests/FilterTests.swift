import MicroGPTRandom
import MicroGPTSampler
import Testing

/// Filters of random logits, and the draws from what they leave, against the
/// definition in doubles.
@Suite struct FilterTests {
  /// Which filters are on, as bits: top-k, top-p, min-p.
  @Test(arguments: 0..<8)
  func drawsAreThoseOfTheDefinition(filters: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: UInt64(filters))
    var checked = 0
    for _ in 0..<60 {
      let logits = Self.logits(&random)
      var options = GenerationOptions(
        temperature: Float.random(in: 0.1...3, using: &random))
      if filters & 1 != 0 {
        options.topK = Int.random(in: 1...logits.count + 2, using: &random)
      }
      if filters & 2 != 0 {
        options.topP = Float.random(in: 0.01...1, using: &random)
      }
      if filters & 4 != 0 {
        options.minP = Float.random(in: 0...1, using: &random)
      }
      let naive = NaiveDraw(logits, options)
      guard naive.margin > 1e-5 else { continue }

      let stream = SamplerRandom(seed: random.next(), stream: 0)
      let tokens = try draws(logits, options, count: 40, stream)
      var units = stream
      for token in tokens {
        let expected = naive.token(at: units.nextUnit())
        guard expected.margin > 1e-5 else { continue }
        #expect(
          token == expected.token, "seed \(seed): \(options) of \(logits)")
        checked += 1
      }
    }
    #expect(checked > 1_200, "seed \(seed)")
  }

  @Test func greedyIsTheFirstOfTheGreatestWhateverTheFilters() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    for _ in 0..<100 {
      let logits = Self.logits(&random)
      let options = GenerationOptions(
        temperature: 0, topK: 3, topP: 0.5, minP: 0.5)
      let token = try draws(
        logits, options, count: 1, SamplerRandom(seed: 1, stream: 0))
      let maximum = logits.max()
      #expect(token == [logits.firstIndex { $0 == maximum }], "seed \(seed)")
    }
  }

  /// Logits of some tokens, many of them equal, some barred.
  static func logits(_ random: inout SamplerRandom) -> [Float] {
    let count = Int.random(in: 1...60, using: &random)
    let isCoarse = Bool.random(using: &random)
    var logits = (0..<count).map { _ in
      let logit = Float.random(in: -6...6, using: &random)
      return isCoarse ? logit.rounded() : logit
    }
    for token in logits.indices.dropFirst()
    where Int.random(in: 0..<5, using: &random) == 0 {
      logits[token] = -.infinity
    }
    return logits
  }
}
