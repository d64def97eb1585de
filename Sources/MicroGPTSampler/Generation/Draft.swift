import MicroGPTFormat
import MicroGPTRandom

/// A text in the making: all of it but its keys and values.
final class Draft {
  let rules: TokenRules
  let index: UInt64
  let promptLength: Int
  /// Why the text ended; `nil` while it goes on.
  private(set) var ending: Sample.Ending?
  /// The prompt and what was generated.
  private(set) var tokens: [Int]
  /// The logarithms of the chances of what was generated, if asked for.
  private(set) var logProbabilities: [Double] = []
  /// How many generated characters do not belong to a stop string, nor may.
  private(set) var settledCount = 0

  private let bosToken: Int
  private let blockSize: Int
  private let limit: Int
  private var random: SamplerRandom
  /// Where the context begins among the tokens; BOS stands before it.
  private var contextStart = 0
  /// The place of the next token to be read; that before the context is BOS's.
  private var readPlace = -1

  /// Begins a text.
  ///
  /// - Parameters:
  ///   - prompt: The tokens of the prompt; fewer than block_size if the context
  ///     does not slide.
  ///   - index: The number of the text among those of its seed.
  init(
    _ model: LanguageModel, _ rules: TokenRules, prompt: [Int], index: UInt64
  ) {
    self.rules = rules
    self.index = index
    bosToken = model.vocabulary.bosToken
    blockSize = model.configuration.blockSize
    promptLength = prompt.count
    tokens = prompt
    random = SamplerRandom(seed: rules.seed, stream: index)
    let wanted = rules.options.maximumLength ?? .max
    switch rules.options.context {
    case .ends: limit = min(wanted, blockSize - prompt.count)
    case .slides: limit = wanted
    }
    tokens.reserveCapacity(prompt.count + min(limit, blockSize, 256))
    if limit == 0 { ending = .length }
    if prompt.count >= blockSize { slide() }
  }

  /// The number of characters generated.
  var generatedCount: Int { tokens.count - promptLength }

  /// What was generated, by places from 0 on.
  func generatedToken(_ place: Int) -> Int { tokens[promptLength + place] }

  /// The logarithm of its chance; `nil` if it was not asked for.
  func logProbability(_ place: Int) -> Double? {
    rules.options.reportsLogProbabilities ? logProbabilities[place] : nil
  }

  /// Whether there are tokens to be read before the next is drawn.
  var hasUnread: Bool { readPlace < tokens.count }

  /// The next token that the model is to read: BOS, then the context.
  func read() -> Int {
    defer { readPlace += 1 }
    return readPlace < contextStart ? bosToken : tokens[readPlace]
  }

  /// Has the later half of a full context read anew, after a BOS.
  func slide() {
    contextStart = tokens.count - blockSize / 2
    readPlace = contextStart - 1
  }

  /// Adds a character, or ends the text.
  ///
  /// - Parameters:
  ///   - logits: Those of all tokens at the last position, which are changed.
  ///   - draw: Draws a token.
  ///   - softmax: Computes logarithms of chances, if they are asked for.
  func extend(
    _ logits: UnsafeMutableBufferPointer<Float>, _ draw: TokenDraw,
    _ softmax: LogSoftmax?
  ) {
    let place = generatedCount
    softmax?.read(logits)
    let token: Int
    if let forced = rules.forcedToken(at: place) {
      token = forced
    } else {
      rules.apply(
        to: logits, at: place, context: tokens[contextStart...],
        mayEnd: rules.options.allowsEmpty || !tokens.isEmpty)
      token = draw.next(logits, &random)
    }
    if token == bosToken { return end(.stop) }
    tokens.append(token)
    if let softmax {
      logProbabilities.append(softmax.logProbability(of: token))
    }
    let continuation = tokens[promptLength...]
    let stopLength = rules.stops.lengthOfMatch(continuation)
    if stopLength > 0 {
      tokens.removeLast(stopLength)
      logProbabilities.removeLast(min(stopLength, logProbabilities.count))
      return end(.stopString)
    }
    if place + 1 == limit { return end(.length) }
    settledCount =
      continuation.count - rules.stops.lengthOfStart(continuation)
  }

  private func end(_ ending: Sample.Ending) {
    self.ending = ending
    settledCount = generatedCount
  }

  /// The text as a sample.
  ///
  /// - Parameters:
  ///   - prompt: The prompt as it was given.
  ///   - count: The characters generated that belong to it; `nil` for all.
  ///   - vocabulary: The characters of the model.
  func sample(
    prompt: String, count: Int? = nil, _ vocabulary: Vocabulary
  ) -> Sample {
    let isCut = count.map { $0 < generatedCount } ?? false
    let count = count ?? generatedCount
    return Sample(
      prompt: prompt,
      continuation: vocabulary.decode(
        Array(tokens[promptLength...].prefix(count))),
      promptTokenCount: promptLength, continuationTokenCount: count,
      logProbabilities: rules.options.reportsLogProbabilities
        ? Array(logProbabilities.prefix(count)) : nil,
      ending: isCut ? .cancelled : ending ?? .cancelled,
      seed: rules.seed, index: index)
  }
}
