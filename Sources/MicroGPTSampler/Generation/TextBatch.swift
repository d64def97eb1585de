import MicroGPTFormat
import MicroGPTParallel

/// Texts in progress that go through the model together, a character of each at
/// a time.
struct TextBatch: ~Copyable {
  /// The texts, by their indices in the batch.
  let drafts: UnsafeMutableBufferPointer<Draft>  // (texts)

  private var inference: Inference
  private let tokenDraw: TokenDraw
  private var softmax: LogSoftmax?
  /// What the texts share; `nil` if each has a prompt of its own.
  private var cache: PrefixCache?

  /// The fewest rows that a prompt is read in at a time.
  private static let minimumRowLimit = 32

  /// Creates a batch of texts that have read nothing yet.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - rules: The rules of all texts.
  ///   - count: The number of texts.
  ///   - sharesPrompt: Whether all texts, now and later, have one prompt, which
  ///     ``readSharedPrompt()`` then reads before the first step.
  ///   - othersFollow: Whether ``begin(_:prompt:streamIndex:)`` will be called.
  ///   - draft: Makes the text at an index.
  /// - Throws: ``OutOfMemory``.
  init(
    _ model: LanguageModel, _ rules: TokenRules, count: Int,
    sharesPrompt: Bool = false, othersFollow: Bool = false,
    draft: (Int) -> Draft
  ) throws(OutOfMemory) {
    let rowLimit = max(count, Self.minimumRowLimit)
    let vocabularySize = model.configuration.vocabularySize
    let reportsLogProbabilities = rules.options.reportsLogProbabilities
    let tokenDraw = try TokenDraw(
      rules.options, vocabularySize: vocabularySize, rowLimit: rowLimit)
    let softmax =
      reportsLogProbabilities
      ? try LogSoftmax(vocabularySize: vocabularySize, rowLimit: rowLimit)
      : nil
    let cache =
      sharesPrompt
      ? try PrefixCache(
        model.configuration, textCount: count,
        keepsPrefixes: othersFollow && rules.options.temperature > 0
          && !reportsLogProbabilities)
      : nil
    // What throws comes first, as a part of it could not be destroyed.
    inference = try Inference(model, textCount: count, rowLimit: rowLimit)
    self.tokenDraw = tokenDraw
    self.softmax = softmax
    self.cache = cache
    drafts = .allocate(capacity: count)
    for index in 0..<count {
      drafts.initializeElement(at: index, to: draft(index))
    }
  }

  deinit { drafts.deinitialize().deallocate() }

  /// Reads the prompt that all texts share, before the first step.
  ///
  /// - Throws: ``GenerationError``.
  mutating func readSharedPrompt() throws(GenerationError) {
    guard cache != nil else { return }
    do throws(InferenceError) {
      while case .reading = drafts[0].state {
        try drafts[0].read(into: &inference, at: 0)
        try inference.run()
      }
      if let row = drafts[0].row {
        try cache?.record(promptOf: drafts[0], at: 0, row: row, inference)
      }
      for index in drafts.indices { try restore(index) }
    } catch {
      throw failure(error)
    }
  }

  /// Begins another text in place of one.
  ///
  /// - Throws: ``GenerationError``.
  mutating func begin(
    _ index: Int, prompt: [Int], streamIndex: UInt64
  ) throws(GenerationError) {
    drafts[index].begin(prompt: prompt, index: streamIndex)
    do throws(InferenceError) { try restore(index) } catch {
      throw failure(error)
    }
  }

  /// Gives a new text what all share, and at least a character after it.
  private mutating func restore(_ index: Int) throws(InferenceError) {
    try cache?.restore(into: &drafts[index], at: index, &inference)
    guard drafts[index].row != nil else { return }
    draw(index..<index + 1, rowCount: 1)
    try extend(index..<index + 1)
  }

  /// Gives each text that has not ended a character or more, or an end; one
  /// with a long prompt may have to wait for a later step.
  ///
  /// - Throws: ``GenerationError``, after which there are no more steps.
  @inline(never)  // Each caller would have a copy.
  mutating func step() throws(GenerationError) {
    do throws(InferenceError) {
      for index in drafts.indices {
        try drafts[index].read(into: &inference, at: index)
      }
      let rowCount = inference.rowCount
      try inference.run()
      draw(drafts.indices, rowCount: rowCount)
      try extend(drafts.indices)
    } catch {
      throw failure(error)
    }
  }

  /// Draws the next tokens of the texts that are ready.
  private mutating func draw(_ indices: Range<Int>, rowCount: Int) {
    for index in indices {
      guard let row = drafts[index].row else { continue }
      let logits = inference.logits(ofRow: row)
      softmax?.read(logits, row: row)
      drafts[index].applyRules(to: logits)
      tokenDraw.units[row] = drafts[index].nextUnit()
    }
    tokenDraw.draw(inference.logits, rows: rowCount)
  }

  /// Extends the texts that are ready by what was drawn, and by what others
  /// have in common with them.
  @inline(never)  // Each caller would have a copy.
  private mutating func extend(_ indices: Range<Int>) throws(InferenceError) {
    for index in indices {
      guard let row = drafts[index].row else { continue }
      cache?.record(
        drafts[index], at: index, weights: tokenDraw.weights(ofRow: row),
        inference)
      try drafts[index].extend(Int(tokenDraw.tokens[row]), softmax)
      try cache?.restore(into: &drafts[index], at: index, &inference)
    }
  }

  /// The error of a text.
  private func failure(_ error: InferenceError) -> GenerationError {
    var index: UInt64?
    if case .logitNotFinite(let text, _) = error { index = drafts[text].index }
    return GenerationError(error, index: index)
  }
}
