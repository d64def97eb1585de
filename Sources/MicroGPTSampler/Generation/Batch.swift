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

  /// The fewest rows that a prompt is read in at a time.
  private static let promptRows = 32

  /// Takes up texts that have read nothing yet.
  init(_ model: LanguageModel, _ rules: TokenRules, _ drafts: [Draft]) {
    let vocabularySize = model.configuration.vocabularySize
    let rowLimit = max(drafts.count, Self.promptRows)
    inference = Inference(
      model, textCount: drafts.count, rowLimit: rowLimit)
    draw = TokenDraw(
      rules.options, vocabularySize: vocabularySize, rowLimit: rowLimit)
    softmax =
      rules.options.reportsLogProbabilities
      ? LogSoftmax(vocabularySize: vocabularySize, rowLimit: rowLimit) : nil
    self.drafts = drafts
    rows = [Int?](repeating: nil, count: drafts.count)
  }

  /// Puts another text, which has read nothing yet, in the place of one.
  mutating func replace(_ place: Int, with draft: Draft) {
    inference.restart(place)
    drafts[place] = draft
  }

  /// Gives each text that has not ended a character, or an end; one with a long
  /// prompt may have to wait for a later step.
  mutating func step() {
    for place in drafts.indices {
      rows[place] = drafts[place].read(into: &inference, at: place)
    }
    let rowCount = inference.rowCount
    inference.run()
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
