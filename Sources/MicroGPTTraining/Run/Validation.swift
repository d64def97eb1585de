/// How well a model predicts what it was not trained on.
public struct Validation: Sendable, Hashable {
  /// The mean over documents of their means over positions, in nats a token, as
  /// the loss of a step.
  public let loss: Double
  /// What all documents would take to store, in bits for each character; what
  /// the BOS at the end of a line takes counts too.
  ///
  /// Unlike the loss, it can be compared with that of any model of the same
  /// text.
  public let bitsPerCharacter: Double
  /// The loss of all tokens together, in nats.
  public let nats: Double
  /// The number of tokens that are predicted, the ends of lines among them.
  public let tokenCount: Int
  /// The number of characters among them.
  public let characterCount: Int

  /// Sums up the losses of documents.
  ///
  /// - Parameters:
  ///   - totals: The loss of each document, in nats, summed over positions.
  ///   - set: The documents.
  init(totals: [Double], of set: ValidationSet) {
    let batch = set.batch
    precondition(totals.count == batch.count, "each document has a loss")
    let means = totals.indices.map { document in
      totals[document] / Double(batch.rows(of: document).count)
    }
    loss = means.reduce(0, +) / Double(batch.count)
    nats = totals.reduce(0, +)
    let bits = nats * 1.442_695_040_888_963_4  // 1 / ln 2
    bitsPerCharacter = bits / Double(set.characterCount)
    tokenCount = (0..<batch.count).reduce(0) { $0 + batch.rows(of: $1).count }
    characterCount = set.characterCount
  }
}
