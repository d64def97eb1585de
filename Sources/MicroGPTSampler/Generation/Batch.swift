import MicroGPTFormat

/// Texts in the making that go through the model together, a character of each
/// at a time.
struct Batch {
  /// The texts, by their places.
  private(set) var drafts: [Draft]

  private var inference: Inference
  private var draw: TokenDraw
  private var softmax: LogSoftmax?
  /// The row of each text from which its next character is drawn; none if
  /// there are more tokens to be read before.
  private var rows: [Int?]  // (places)
  /// The logits behind a prompt that all texts have, which stands behind their
  /// places; `nil` if each has its own.
  private var beginning: FloatBuffer?  // (vocab_size)

  /// The fewest rows that a prompt is read in at a time.
  private static let promptRows = 32

  /// Takes up texts that have read nothing yet.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - rules: The rules of all texts.
  ///   - drafts: The texts.
  ///   - sharedPrompt: A prompt that all texts have, now and later, so that it
  ///     is read but once; `nil` if each has its own.
  init(
    _ model: LanguageModel, _ rules: TokenRules, _ drafts: [Draft],
    sharedPrompt: [Int]? = nil
  ) {
    let vocabularySize = model.configuration.vocabularySize
    let count = drafts.count
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
    self.drafts = drafts
    rows = [Int?](repeating: nil, count: count)
    guard let sharedPrompt else { return }
    beginning = read([model.vocabulary.bosToken] + sharedPrompt, at: count)
    for place in drafts.indices { begin(place) }
  }

  /// Reads the beginning of all texts.
  ///
  /// - Returns: The logits of what may follow.
  private mutating func read(_ tokens: [Int], at place: Int) -> FloatBuffer {
    var row = 0
    for (index, token) in tokens.enumerated() {
      row = inference.add(token, to: place)
      if row + 1 == inference.rowLimit || index + 1 == tokens.count {
        inference.run()
      }
    }
    return FloatBuffer(copying: Array(inference.logits(ofRow: row)))
  }

  /// Puts another text, which has read nothing yet, in the place of one.
  mutating func replace(_ place: Int, with draft: consuming Draft) {
    drafts[place] = draft
    begin(place)
  }

  private mutating func begin(_ place: Int) {
    inference.restart(place)
    guard beginning != nil else { return }
    inference.copy(drafts.count, to: place)
    drafts[place].skipPrompt()
  }

  /// Gives each text that has not ended a character, or an end; one with a long
  /// prompt may have to wait for a later step.
  mutating func step() {
    for place in drafts.indices {
      rows[place] = drafts[place].read(into: &inference, at: place)
    }
    // Those that have just begun with what all have wait for no model.
    var rowCount = inference.rowCount
    inference.run()
    if let beginning {
      for place in drafts.indices
      where rows[place] == nil && drafts[place].hasReadAll {
        inference.setLogits(ofRow: rowCount, beginning)
        rows[place] = rowCount
        rowCount += 1
      }
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
      let token = drafts[place].nextToken(drawn: Int(draw.tokens[row]))
      drafts[place].extend(
        token, softmax?.logProbability(of: token, row: row))
      if inference.isFull(place), drafts[place].ending == nil {
        drafts[place].slide()
        inference.restart(place)
      }
    }
  }
}
