import MicroGPTFormat
import MicroGPTRandom

/// A text in the making: all of it but its keys and values.
struct Draft: ~Copyable {
  let rules: TokenRules
  private(set) var index: UInt64 = 0
  private(set) var promptLength = 0
  /// Why the text ended; `nil` while it goes on.
  private(set) var finishReason: Sample.FinishReason?
  /// The prompt and what was generated.
  private(set) var tokens: [Int] = []
  /// The logarithms of the chances of what was generated, if asked for.
  private(set) var logProbabilities: [Double] = []
  /// How many generated characters do not belong to a stop string, nor may.
  private(set) var settledCount = 0

  /// Whether the rules say no more than that the text is not empty.
  private let isPlain: Bool
  private let bosToken: Int
  private let blockSize: Int
  private var limit = 0
  private var random = SamplerRandom(seed: 0, stream: 0)
  /// Where the context begins among the tokens; BOS stands before it.
  private var contextStart = 0
  /// The place of the next token to be read; that before the context is BOS's.
  private var readPlace = -1

  /// Begins a text; unless its context slides, the prompt has fewer tokens than
  /// block_size.
  init(
    _ model: LanguageModel, _ rules: TokenRules, prompt: [Int], index: UInt64
  ) {
    self.rules = rules
    isPlain = rules.arePlain
    bosToken = model.vocabulary.bosToken
    blockSize = model.configuration.blockSize
    begin(prompt: prompt, index: index)
  }

  /// Begins another text in the memory of this one.
  mutating func begin(prompt: [Int], index: UInt64) {
    self.index = index
    random = SamplerRandom(seed: rules.seed, stream: index)
    promptLength = prompt.count
    let wanted = rules.options.maximumLength ?? .max
    switch rules.options.contextOverflow {
    case .stop: limit = min(wanted, blockSize - prompt.count)
    case .slide: limit = wanted
    }
    tokens.removeAll(keepingCapacity: true)
    tokens.reserveCapacity(prompt.count + min(limit, blockSize, 256))
    tokens.append(contentsOf: prompt)
    logProbabilities.removeAll(keepingCapacity: true)
    settledCount = 0
    finishReason = limit == 0 ? .length : nil
    (contextStart, readPlace) = (0, -1)
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

  /// Gives the model the tokens that it has to read before the next is drawn,
  /// BOS and then the context, as long as there are rows.
  ///
  /// - Returns: The row of the last; `nil` if some remain, or the text has
  ///   ended or has been read.
  /// - Throws: ``OutOfMemory``.
  mutating func read(
    into inference: inout Inference, at text: Int
  ) throws(OutOfMemory) -> Int? {
    guard finishReason == nil, readPlace < tokens.count else { return nil }
    while inference.rowCount < inference.rowLimit {
      let row = try inference.add(
        readPlace < contextStart ? bosToken : tokens[readPlace], to: text,
        at: readCount)
      readPlace += 1
      if readPlace == tokens.count { return row }
    }
    return nil
  }

  /// Whether the model has read all that there is, so that the next token can
  /// be drawn.
  var hasReadAll: Bool { finishReason == nil && readPlace == tokens.count }

  /// The last token that there is, BOS before the first.
  var lastToken: Int { tokens.last ?? bosToken }

  /// Counts all that there is as read.
  mutating func skipAll() { readPlace = tokens.count }

  /// Counts all but the last token as read.
  mutating func skipToLast() { readPlace = tokens.count - 1 }

  /// The positions that the model has read, BOS's with them.
  var readCount: Int { readPlace - contextStart + 1 }

  /// Whether the context no longer begins where the text does.
  var hasSlid: Bool { contextStart > 0 }

  /// Has the later half of the context read anew, after a BOS.
  private mutating func slide() {
    contextStart = tokens.count - blockSize / 2
    readPlace = contextStart - 1
  }

  /// What chance says of the next token, from 0 to below 1.
  mutating func chance() -> Double { random.nextUnit() }

  /// Applies the rules to the logits of the last position.
  ///
  /// - Returns: What chance says of the next token, from 0 to below 1.
  mutating func takeChance(
    _ logits: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    if isPlain {
      if tokens.isEmpty { logits[bosToken] = -.infinity }
      return chance()
    }
    // Nothing is drawn where a token is forced, or the likeliest one wins.
    guard rules.forcedToken(at: generatedCount) == nil else { return 0 }
    rules.apply(
      to: logits, at: generatedCount, context: tokens[contextStart...],
      mayEnd: rules.options.allowsEmptyText || !tokens.isEmpty)
    return rules.options.temperature > 0 ? random.nextUnit() : 0
  }

  /// The next token: what was drawn, unless one is forced.
  func nextToken(drawn: Int) -> Int {
    isPlain ? drawn : rules.forcedToken(at: generatedCount) ?? drawn
  }

  /// Adds a token, or ends the text.
  ///
  /// - Parameters:
  ///   - token: The token.
  ///   - logProbability: The logarithm of its chance, if asked for.
  /// - Throws: ``OutOfMemory``.
  mutating func extend(
    _ token: Int, _ logProbability: Double?
  ) throws(OutOfMemory) {
    if token == bosToken { return end(.stop) }
    if tokens.count == tokens.capacity {
      // It doubles, and at the end stands beside the text that is made of it.
      try OutOfMemory.check(2 * tokens.count, times: 32, for: "a text")
    }
    tokens.append(token)
    if let logProbability { logProbabilities.append(logProbability) }
    if !isPlain {
      let stopLength = rules.stops.lengthOfMatch(tokens[promptLength...])
      if stopLength > 0 {
        tokens.removeLast(stopLength)
        logProbabilities.removeLast(min(stopLength, logProbabilities.count))
        return end(.stopString)
      }
    }
    if generatedCount == limit { return end(.length) }
    settledCount =
      isPlain
      ? generatedCount
      : generatedCount - rules.stops.lengthOfStart(tokens[promptLength...])
    if readCount == blockSize { slide() }
  }

  private mutating func end(_ finishReason: Sample.FinishReason) {
    self.finishReason = finishReason
    settledCount = generatedCount
  }

  /// The text as a sample.
  ///
  /// - Parameters:
  ///   - prompt: The prompt as it was given.
  ///   - count: The characters generated that belong to it; `nil` for all.
  ///   - vocabulary: The characters of the model.
  /// - Returns: The sample.
  func sample(
    prompt: String, count: Int? = nil, _ vocabulary: Vocabulary
  ) -> Sample {
    let isCut = count.map { $0 < generatedCount } ?? false
    let count = count ?? generatedCount
    return Sample(
      prompt: prompt,
      continuation: vocabulary.decode(
        tokens[promptLength..<promptLength + count]),
      promptTokenCount: promptLength, continuationTokenCount: count,
      logProbabilities: rules.options.reportsLogProbabilities
        ? Array(logProbabilities.prefix(count)) : nil,
      finishReason: isCut ? .cancelled : finishReason ?? .cancelled,
      seed: rules.seed, index: index)
  }
}
