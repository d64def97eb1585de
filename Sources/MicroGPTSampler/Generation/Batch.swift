import MicroGPTFormat

/// Texts in the making that go through the model together, a character of each
/// at a time.
final class Batch {
  private let inference: Inference
  private let draw: TokenDraw
  private let softmax: LogSoftmax?
  private var drafts: [Draft?]  // (places)
  /// The row of each text from which its next character is drawn; `nil` if
  /// there are more tokens to be read before.
  private var rows: [Int?]  // (places)

  /// The rows that a prompt is read in at least.
  private static let promptRows = 32

  /// Makes room for texts.
  ///
  /// - Parameters:
  ///   - count: The number of places for them.
  init(_ model: LanguageModel, _ rules: TokenRules, count: Int) {
    let vocabularySize = model.configuration.vocabularySize
    inference = Inference(
      model, textCount: count, rowLimit: max(count, Self.promptRows))
    draw = TokenDraw(rules.options, vocabularySize: vocabularySize)
    softmax =
      rules.options.reportsLogProbabilities
      ? LogSoftmax(vocabularySize: vocabularySize) : nil
    drafts = [Draft?](repeating: nil, count: count)
    rows = [Int?](repeating: nil, count: count)
  }

  /// Puts a text that has read nothing yet in a place.
  func begin(_ draft: Draft, at place: Int) {
    inference.restart(place)
    drafts[place] = draft
  }

  /// Puts new texts in the place of those that have ended, as long as there
  /// are any.
  ///
  /// - Returns: The number of texts that go on.
  func refill(_ next: () -> Draft?) -> Int {
    var count = 0
    for place in drafts.indices {
      if drafts[place].map({ $0.ending != nil }) ?? true {
        drafts[place] = next()
        inference.restart(place)
      }
      if drafts[place] != nil { count += 1 }
    }
    return count
  }

  /// Gives each text that goes on a character, or an end; one with a long
  /// prompt may have to wait for the next step.
  func step() {
    for place in drafts.indices {
      rows[place] = nil
      guard let draft = drafts[place], draft.ending == nil else { continue }
      var row: Int?
      while draft.hasUnread, inference.rowCount < inference.rowLimit {
        row = inference.add(draft.read(), to: place)
      }
      if !draft.hasUnread { rows[place] = row }
    }
    inference.run()
    for place in drafts.indices {
      guard let row = rows[place], let draft = drafts[place] else { continue }
      draft.extend(inference.logits(ofRow: row), draw, softmax)
      if draft.ending == nil, inference.isFull(place) {
        draft.slide()
        inference.restart(place)
      }
    }
  }
}
