import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTSampler

/// The tokens drawn from the same logits again and again.
func draws(
  _ logits: [Float], _ options: GenerationOptions, count: Int,
  _ random: SamplerRandom
) throws -> [Int] {
  var random = random
  let draw = try TokenDraw(
    options, vocabularySize: logits.count, rowLimit: count)
  var rows = (0..<count).flatMap { _ in logits }
  if options.temperature > 0 {
    for row in 0..<count { draw.units[row] = random.nextUnit() }
  }
  rows.withUnsafeMutableBufferPointer { rows in
    if let rows = rows.baseAddress { draw.draw(rows, rows: count) }
  }
  return (0..<count).map { Int(draw.tokens[$0]) }
}

/// Logits, that of BOS last, after the rules about what may be drawn; tokens
/// stand for the characters from “a” on.
func ruled(
  _ logits: [Float], _ options: GenerationOptions, at place: Int,
  context: [Int], mayEnd: Bool = true
) throws -> [Float] {
  let vocabulary = try #require(
    Vocabulary(of: letters.prefix(logits.count - 1)))
  let rules = try TokenRules(options, vocabulary)
  var logits = logits
  logits.withUnsafeMutableBufferPointer {
    rules.apply(to: $0, at: place, context: context[...], mayEnd: mayEnd)
  }
  return logits
}

/// The characters from “a” on, as many as tests want.
let letters = (0..<200).compactMap { Unicode.Scalar(0x61 + $0) }

/// The characters of a text at the places of a continuation.
func forced(_ text: String) -> [Int: Unicode.Scalar] {
  Dictionary(
    uniqueKeysWithValues: text.unicodeScalars.enumerated().map { ($0, $1) })
}

extension LanguageModel {
  /// Every way to make one text, by name; all are to give the same.
  func everyWay(
    prompt: String, options: GenerationOptions, index: UInt64
  ) async throws -> [(way: String, sample: Sample)] {
    let single = try generate(prompt: prompt, options: options, index: index)
    var result = [("generate", single)]

    var heard = String.UnicodeScalarView()
    let told = try generate(prompt: prompt, options: options, index: index) {
      heard.append($0.scalar)
      return true
    }
    #expect(String(heard) == told.continuation)
    result.append(("generate with a closure", told))

    let characters = try characters(
      prompt: prompt, options: options, index: index)
    let taken = Array(characters)
    #expect(taken.map(\.token) == (try encode(single.continuation)))
    #expect(taken.compactMap(\.logProbability) == single.logProbabilities ?? [])
    result.append(("characters", characters.sample))

    var streamed: [GeneratedCharacter] = []
    for await character in try characterStream(
      prompt: prompt, options: options, index: index)
    {
      streamed.append(character)
    }
    #expect(streamed == taken)

    let batch = try generate(
      prompts: [String](repeating: prompt, count: 3), options: options,
      firstIndex: index &- 1)
    result.append(("a batch", batch[1]))
    if index < 3 {
      let several = try samples(
        prompt: prompt, options: options, count: Int(index) + 1)
      result.append(("samples", try #require(Array(several).last)))
    }
    return result
  }
}
