/// What is held out of training to validate with.
///
/// A validation takes some of it: as many documents as have at most 65,536
/// positions together, were they all as long as the longest.
public struct ValidationSet: Sendable {
  /// The number of units that training never sees: documents of lines,
  /// characters of a text.
  public let heldOutUnitCount: Int
  /// The characters among the tokens that a validation predicts: all but the
  /// BOS that ends a line.
  public let characterCount: Int
  /// The documents of a validation.
  let batch: Batch

  /// - Parameters:
  ///   - batch: The documents of a validation, which nobody changes any more.
  ///   - heldOutUnitCount: The number of documents or characters held out.
  ///   - bosToken: The token that is no character.
  init(_ batch: Batch, heldOutUnitCount: Int, bosToken: Int) {
    self.batch = batch
    self.heldOutUnitCount = heldOutUnitCount
    let bos = Int32(bosToken)
    characterCount = (0..<batch.count).reduce(0) { sum, document in
      let tokens = batch.tokens(of: document)
      let targets = 1..<batch.rows(of: document).count + 1
      return sum + targets.count { tokens[$0] != bos }
    }
  }

  /// The number of documents, of a text windows, that a validation takes.
  public var documentCount: Int { batch.count }

  /// The most documents that a validation takes.
  ///
  /// - Parameter positions: The most positions of a document.
  /// - Returns: 1 or more.
  static func documentLimit(positions: Int) -> Int {
    max(1, 65_536 / positions)
  }
}
