import MicroGPTRandom
import MicroGPTSampler

extension GenerationOptions {
  /// Options of all kinds, most of them at their defaults most of the time.
  static func any(_ random: inout SamplerRandom) -> GenerationOptions {
    func oneIn(_ count: Int) -> Bool {
      Int.random(in: 0..<count, using: &random) == 0
    }
    func text(_ range: ClosedRange<Int>) -> [Unicode.Scalar] {
      (0..<Int.random(in: range, using: &random)).map { _ in
        letters[Int.random(in: 0..<26, using: &random)]
      }
    }
    func string(_ range: ClosedRange<Int>) -> String {
      String(String.UnicodeScalarView(text(range)))
    }
    var options = GenerationOptions(
      seed: random.next(),
      temperature: oneIn(8) ? 0 : Float.random(in: 0.2...2, using: &random))
    if oneIn(3) { options.topK = Int.random(in: 1...12, using: &random) }
    if oneIn(3) { options.topP = Float.random(in: 0.2...1, using: &random) }
    if oneIn(3) { options.minP = Float.random(in: 0...0.5, using: &random) }
    if oneIn(3) {
      options.repetitionPenalty = Float.random(in: 0.5...2, using: &random)
    }
    if oneIn(3) {
      options.minimumLength = Int.random(in: 0...20, using: &random)
    }
    options.allowsEmptyText = oneIn(3)
    if oneIn(3) { options.contextOverflow = .slide }
    if options.contextOverflow == .slide || oneIn(3) {
      options.maximumLength =
        options.minimumLength + Int.random(in: 0...20, using: &random)
    }
    if oneIn(3) {
      options.stopStrings = (0..<3).map { _ in string(1...3) }
    }
    if oneIn(4) { options.bannedCharacters = text(0...8) }
    if oneIn(4) {
      options.allowedCharacters = text(0...20) + ["m"]
      options.bannedCharacters.removeAll { $0 == "m" }
    }
    if oneIn(4) {
      for character in text(1...3) {
        let place = Int.random(in: 0...20, using: &random)
        options.forcedCharacters[place] = character
      }
    }
    options.reportsLogProbabilities = oneIn(2)
    return options
  }

  /// A prompt that a context of `blockSize` positions can take.
  func prompt(blockSize: Int, _ random: inout SamplerRandom) -> String {
    let limit = contextOverflow == .slide ? 3 * blockSize : blockSize - 1
    let scalars = (0..<Int.random(in: 0...limit, using: &random)).map { _ in
      letters[Int.random(in: 0..<26, using: &random)]
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
