import MicroGPTFormat
import MicroGPTParallel
import MicroGPTRandom

/// A text in progress: all of it but its keys and values.
struct Draft: ~Copyable {
  /// The progress of a text through the model.
  enum State {
    /// The tokens from an index on are still to be read, BOS if it is that
    /// before the context.
    case reading(from: Int)
    /// All is read, and the next token is drawn from the logits of a row.
    case ready(row: Int)
    /// The text is complete.
    case ended(Sample.FinishReason)
  }

  let rules: TokenRules
  private(set) var index: UInt64 = 0
  private(set) var promptLength = 0
  private(set) var state = State.reading(from: -1)
  /// The prompt and what was generated.
  private(set) var tokens: [Int] = []
  /// The log probabilities of what was generated, if asked for.
  private(set) var logProbabilities: [Double] = []
  /// How many generated characters do not belong to a stop string, nor may.
  private(set) var settledCount = 0

  /// Whether the rules say no more than that the text is not empty.
  private let isPlain: Bool
  private let bosToken: Int
  private let blockSize: Int
  private var limit = 0
  private var random = SamplerRandom(seed: 0, stream: 0)
  /// The index of the context's first token; BOS stands before it.
  private var contextStart = 0

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
    contextStart = 0
    state = .reading(from: -1)
    if prompt.count >= blockSize { slide() }
    if limit == 0 { state = .ended(.length) }
  }

  /// Why the text ended; `nil` while it goes on.
  var finishReason: Sample.FinishReason? {
    if case .ended(let finishReason) = state { finishReason } else { nil }
  }

  /// The row that the next token is drawn from; `nil` unless all is read.
  var row: Int? { if case .ready(let row) = state { row } else { nil } }

  /// The number of characters generated.
  var generatedCount: Int { tokens.count - promptLength }

  /// A generated token, by its index in the continuation.
  func generatedToken(_ index: Int) -> Int { tokens[promptLength + index] }

  /// Its log probability; `nil` if it was not asked for.
  func logProbability(_ index: Int) -> Double? {
    rules.options.reportsLogProbabilities ? logProbabilities[index] : nil
  }

  /// The last token that there is, BOS before the first.
  var lastToken: Int { tokens.last ?? bosToken }

  /// Its position in the context, where BOS has 0.
  var lastPosition: Int { tokens.count - contextStart }

  /// Whether the context no longer begins where the text does.
  var hasSlid: Bool { contextStart > 0 }

  /// Gives the model the tokens that are still to be read, as long as there are
  /// rows; the text is ready once it has the last.
  ///
  /// - Throws: ``InferenceError`` if memory is lacking.
  mutating func read(
    into inference: inout Inference, at index: Int
  ) throws(InferenceError) {
    guard case .reading(var next) = state else { return }
    while inference.rowCount < inference.rowLimit {
      let row = try inference.add(
        next < contextStart ? bosToken : tokens[next], to: index,
        at: next - contextStart + 1)
      next += 1
      if next == tokens.count { return state = .ready(row: row) }
    }
    state = .reading(from: next)
  }

  /// Counts all tokens as read.
  ///
  /// - Parameter row: The row of the logits after them.
  mutating func becomeReady(row: Int) { state = .ready(row: row) }

  /// Has the later half of the context read anew, after a BOS.
  private mutating func slide() {
    contextStart = tokens.count - blockSize / 2
    state = .reading(from: contextStart - 1)
  }

  /// Applies the rules to the logits that the next token is drawn from.
  func applyRules(to logits: UnsafeMutableBufferPointer<Float>) {
    if isPlain {
      if tokens.isEmpty { logits[bosToken] = -.infinity }
    } else {
      rules.apply(
        to: logits, at: generatedCount, context: tokens[contextStart...],
        mayEnd: rules.options.allowsEmptyText || !tokens.isEmpty)
    }
  }

  /// A uniform random number in [0, 1) for the next token; 0 if none is drawn,
  /// as one is forced, or the most likely one wins.
  mutating func nextUnit() -> Double {
    isPlain || isNextDrawn ? random.nextUnit() : 0
  }

  private var isNextDrawn: Bool {
    rules.options.temperature > 0
      && rules.forcedToken(at: generatedCount) == nil
  }

  /// Adds the token that was drawn, or the one that is forced, or ends the text;
  /// all before it has been read.
  ///
  /// - Parameters:
  ///   - drawn: The token that was drawn.
  ///   - softmax: The log probabilities of the rows, if asked for.
  /// - Throws: ``InferenceError`` if memory is lacking.
  mutating func extend(
    _ drawn: Int, _ softmax: borrowing LogSoftmax? = nil
  ) throws(InferenceError) {
    let token =
      isPlain ? drawn : rules.forcedToken(at: generatedCount) ?? drawn
    if token == bosToken { return end(.stop) }
    if tokens.count == tokens.capacity {
      // It doubles, and at the end stands beside the text that is made of it.
      try InferenceError.memory { () throws(OutOfMemory) in
        try OutOfMemory.check(2 * tokens.count, times: 32, for: "a text")
      }
    }
    tokens.append(token)
    if let row, let new = softmax?.logProbability(of: token, row: row) {
      logProbabilities.append(new)
    }
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
    state = .reading(from: tokens.count - 1)
    if lastPosition == blockSize { slide() }
  }

  private mutating func end(_ finishReason: Sample.FinishReason) {
    state = .ended(finishReason)
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
