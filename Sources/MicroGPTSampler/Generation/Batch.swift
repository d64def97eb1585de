import MicroGPTFormat
import MicroGPTParallel

/// Texts in the making that go through the model together, a character of each
/// at a time.
struct Batch: ~Copyable {
  /// The texts, by their places.
  let drafts: UnsafeMutableBufferPointer<Draft>  // (places)

  private var inference: Inference
  private let draw: TokenDraw
  private var softmax: LogSoftmax?
  /// The row of each text from which its next character is drawn; none if
  /// there are more tokens to be read before.
  private let rows: UnsafeMutableBufferPointer<Int?>  // (places)
  /// The positions that all texts have in common, which are read but once and
  /// stand behind the places; `nil` if each text has a prompt of its own.
  private let sharedPrompt: [Int]?
  private let bosToken: Int
  /// The logits behind them: (vocab_size).
  private let sharedLogits: FloatBuffer
  /// What is known of the beginnings of texts; `nil` if they differ, no others
  /// follow them, or more than chance decides what comes next.
  private let tree: PrefixTree?
  /// The node in the tree before the last token of each text; `nil` if it is
  /// not there.
  private let nodes: UnsafeMutableBufferPointer<PrefixTree.Node?>  // (places)

  /// The fewest rows that a prompt is read in at a time.
  private static let promptRows = 32

  /// Takes up texts that have read nothing yet.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - rules: The rules of all texts.
  ///   - count: The number of texts.
  ///   - sharedPrompt: A prompt that all texts have, now and later, so that it
  ///     is read but once; `nil` if each has its own.
  ///   - othersFollow: Whether texts will be begun in the places of others.
  ///   - draft: Makes the text at a place.
  /// - Throws: ``OutOfMemory``.
  init(
    _ model: LanguageModel, _ rules: TokenRules, count: Int,
    sharedPrompt: [Int]? = nil, othersFollow: Bool = false,
    draft: (Int) -> Draft
  ) throws(OutOfMemory) {
    let vocabularySize = model.configuration.vocabularySize
    let rowLimit = max(count, Self.promptRows)
    let allRows = rowLimit + count
    let tree =
      sharedPrompt != nil && othersFollow && rules.arePlain
        && !rules.options.reportsLogProbabilities
        && PrefixTree.fits(model.configuration)
      ? PrefixTree(model.configuration) : nil
    self.init(
      sharedPrompt, bosToken: model.vocabulary.bosToken,
      try TokenDraw(
        rules.options, vocabularySize: vocabularySize, rowLimit: allRows),
      softmax: rules.options.reportsLogProbabilities
        ? try LogSoftmax(vocabularySize: vocabularySize, rowLimit: allRows)
        : nil,
      sharedLogits: try FloatBuffer(
        count: sharedPrompt == nil ? 0 : vocabularySize,
        for: "the activations"),
      tree: tree,
      inference: try Inference(
        model, textCount: count + (sharedPrompt == nil ? 0 : 1),
        rowLimit: rowLimit, knownLimit: sharedPrompt == nil ? 0 : count),
      count: count, draft: draft)
  }

  private init(
    _ sharedPrompt: [Int]?, bosToken: Int, _ draw: TokenDraw,
    softmax: LogSoftmax?, sharedLogits: FloatBuffer, tree: PrefixTree?,
    inference: consuming Inference, count: Int, draft: (Int) -> Draft
  ) {
    self.sharedPrompt = sharedPrompt
    self.bosToken = bosToken
    self.draw = draw
    self.softmax = softmax
    self.sharedLogits = sharedLogits
    self.tree = tree
    self.inference = inference
    drafts = .allocate(capacity: count)
    for place in 0..<count {
      drafts.initializeElement(at: place, to: draft(place))
    }
    rows = .allocate(capacity: count)
    rows.initialize(repeating: nil)
    nodes = .allocate(capacity: count)
    nodes.initialize(repeating: nil)
  }

  deinit {
    drafts.deinitialize().deallocate()
    rows.deallocate()
    nodes.deallocate()
  }

  /// Reads what all texts have in common, before the first step.
  ///
  /// - Throws: ``GenerationError``.
  mutating func readSharedPrompt() throws(GenerationError) {
    guard let sharedPrompt else { return }
    do throws(InferenceError) {
      try read([bosToken] + sharedPrompt, at: drafts.count)
    } catch {
      throw failure(error)
    }
    for place in drafts.indices { try share(place) }
  }

  /// The error of a text.
  private func failure(_ error: InferenceError) -> GenerationError {
    var place = 0
    if case .logitNotFinite(let text, _) = error, text < drafts.count {
      place = text
    }
    return GenerationError(error, index: drafts[place].index)
  }

  /// Reads tokens, and keeps the logits behind them.
  private mutating func read(
    _ tokens: [Int], at place: Int
  ) throws(InferenceError) {
    var row = 0
    for (position, token) in tokens.enumerated() {
      if inference.rowCount == inference.rowLimit { try inference.run() }
      do { row = try inference.add(token, to: place, at: position) } catch {
        throw .outOfMemory(error)
      }
    }
    try inference.run()
    let logits = inference.logits(ofRow: row)
    for token in logits.indices { sharedLogits.base[token] = logits[token] }
  }

  /// Begins another text in the place of one.
  ///
  /// - Throws: ``GenerationError``.
  mutating func begin(
    _ place: Int, prompt: [Int], index: UInt64
  ) throws(GenerationError) {
    drafts[place].begin(prompt: prompt, index: index)
    try share(place)
  }

  /// Gives a text what all have in common.
  private mutating func share(_ place: Int) throws(GenerationError) {
    guard let sharedPrompt else { return }
    do {
      try inference.copy(
        drafts.count, to: place, count: sharedPrompt.count + 1)
      drafts[place].skipToLast()
      nodes[place] = tree == nil ? nil : 0
      try follow(place)
    } catch {
      throw .outOfMemory(error)
    }
    if drafts[place].generatedCount == 0 { drafts[place].skipAll() }
  }

  /// Takes a text as far as the tree knows it.
  private mutating func follow(_ place: Int) throws(OutOfMemory) {
    guard let tree, var node = nodes[place] else { return }
    while drafts[place].finishReason == nil, !drafts[place].hasSlid,
      let child = tree.child(node, drafts[place].lastToken)
    {
      node = child
      try inference.setState(
        of: place, at: drafts[place].readCount, from: tree.state(node))
      drafts[place].skipAll()
      try drafts[place].extend(tree.draw(node, drafts[place].chance()), nil)
    }
    nodes[place] = drafts[place].hasSlid ? nil : node
  }

  /// Gives each text that has not ended a character or more, or an end; one
  /// with a long prompt may have to wait for a later step.
  ///
  /// - Throws: ``GenerationError``, after which there are no more steps.
  mutating func step() throws(GenerationError) {
    do throws(InferenceError) { try advance() } catch { throw failure(error) }
  }

  private mutating func advance() throws(InferenceError) {
    do {
      for place in drafts.indices {
        rows[place] = try drafts[place].read(into: &inference, at: place)
      }
    } catch {
      throw .outOfMemory(error)
    }
    var rowCount = inference.rowCount
    try inference.run()
    for place in drafts.indices where drafts[place].hasReadAll {
      guard rows[place] == nil else { continue }
      inference.setLogits(ofRow: rowCount, sharedLogits.base)
      rows[place] = rowCount
      rowCount += 1
    }
    for place in drafts.indices {
      guard let row = rows[place] else { continue }
      let logits = inference.logits(ofRow: row)
      softmax?.read(logits, row: row)
      draw.units[row] = drafts[place].takeChance(logits)
    }
    draw.draw(inference.logits, rows: rowCount)
    for place in drafts.indices {
      guard let row = rows[place] else { continue }
      if tree != nil { keep(place, row) }
      let token = drafts[place].nextToken(drawn: Int(draw.tokens[row]))
      do {
        try drafts[place].extend(
          token, softmax?.logProbability(of: token, row: row))
        try follow(place)
      } catch {
        throw .outOfMemory(error)
      }
    }
  }

  /// Keeps what the model has made of a text, if it came out of the tree with
  /// its last token.
  private func keep(_ place: Int, _ row: Int) {
    guard let tree, let parent = nodes[place] else { return }
    let token = drafts[place].lastToken
    // Another text may have come the same way in the same step.
    if let node = tree.child(parent, token) { return nodes[place] = node }
    nodes[place] = tree.add(parent, token, draw.weights(ofRow: row))
    guard let node = nodes[place] else { return }
    inference.copyState(
      of: place, at: drafts[place].readCount - 1, to: tree.state(node))
  }
}
