import MicroGPTFormat

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
  private let sharedCount: Int?
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
  init(
    _ model: LanguageModel, _ rules: TokenRules, count: Int,
    sharedPrompt: [Int]? = nil, othersFollow: Bool = false,
    draft: (Int) -> Draft
  ) {
    let vocabularySize = model.configuration.vocabularySize
    let rowLimit = max(count, Self.promptRows)
    inference = Inference(
      model, textCount: count + (sharedPrompt == nil ? 0 : 1),
      rowLimit: rowLimit, knownLimit: sharedPrompt == nil ? 0 : count)
    let allRows = rowLimit + count
    draw = TokenDraw(
      rules.options, vocabularySize: vocabularySize, rowLimit: allRows)
    softmax =
      rules.options.reportsLogProbabilities
      ? LogSoftmax(vocabularySize: vocabularySize, rowLimit: allRows) : nil
    drafts = .allocate(capacity: count)
    for place in 0..<count {
      drafts.initializeElement(at: place, to: draft(place))
    }
    rows = .allocate(capacity: count)
    rows.initialize(repeating: nil)
    nodes = .allocate(capacity: count)
    nodes.initialize(repeating: nil)
    sharedCount = sharedPrompt.map { $0.count + 1 }
    sharedLogits = FloatBuffer(count: sharedPrompt == nil ? 0 : vocabularySize)
    tree =
      sharedPrompt != nil && othersFollow && rules.arePlain
        && !rules.options.reportsLogProbabilities
        && PrefixTree.fits(model.configuration)
      ? PrefixTree(model.configuration) : nil
    guard let sharedPrompt else { return }
    read([model.vocabulary.bosToken] + sharedPrompt, at: count)
    for place in drafts.indices { share(place) }
  }

  deinit {
    drafts.deinitialize().deallocate()
    rows.deallocate()
    nodes.deallocate()
  }

  /// Reads what all texts have in common, and keeps the logits behind it.
  private mutating func read(_ tokens: [Int], at place: Int) {
    var row = 0
    for (position, token) in tokens.enumerated() {
      if inference.rowCount == inference.rowLimit { inference.run() }
      row = inference.add(token, to: place, at: position)
    }
    inference.run()
    let logits = inference.logits(ofRow: row)
    for token in logits.indices { sharedLogits.base[token] = logits[token] }
  }

  /// Begins another text in the place of one.
  mutating func begin(_ place: Int, prompt: [Int], index: UInt64) {
    drafts[place].begin(prompt: prompt, index: index)
    share(place)
  }

  /// Gives a text what all have in common.
  private mutating func share(_ place: Int) {
    guard let sharedCount else { return }
    inference.copy(drafts.count, to: place, count: sharedCount)
    drafts[place].skipToLast()
    nodes[place] = tree == nil ? nil : 0
    follow(place)
    if drafts[place].generatedCount == 0 { drafts[place].skipAll() }
  }

  /// Takes a text as far as the tree knows it.
  private mutating func follow(_ place: Int) {
    guard let tree, var node = nodes[place] else { return }
    while drafts[place].ending == nil, !drafts[place].hasSlid,
      let child = tree.child(node, drafts[place].lastToken)
    {
      node = child
      inference.setState(
        of: place, at: drafts[place].readCount, from: tree.state(node))
      drafts[place].skipAll()
      drafts[place].extend(tree.draw(node, drafts[place].chance()), nil)
    }
    nodes[place] = drafts[place].hasSlid ? nil : node
  }

  /// Gives each text that has not ended a character or more, or an end; one
  /// with a long prompt may have to wait for a later step.
  mutating func step() {
    for place in drafts.indices {
      rows[place] = drafts[place].read(into: &inference, at: place)
    }
    var rowCount = inference.rowCount
    inference.run()
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
      drafts[place].extend(
        token, softmax?.logProbability(of: token, row: row))
      follow(place)
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
