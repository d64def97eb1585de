import CMicroGPTKernels
import MicroGPTRandom

/// The documents of a corpus in microgpt.py's order.
///
/// Step *s* takes documents *s* × batch size and on of the shuffled order,
/// from the start again when they run out. The last of that order are held out
/// if a share is to be.
final class ShuffledDocuments: DocumentSource {
  /// The numbers of the documents to train on, in order.
  let order: [Int]
  /// The numbers of those held out, in the shuffled order too.
  let heldOut: [Int]
  private let lines: LineCorpus
  private let batchSize: Int

  /// Shuffles the documents.
  ///
  /// - Parameters:
  ///   - lines: The documents.
  ///   - options: The batch size, and the share to hold out.
  ///   - random: What draws the order, whatever the share.
  /// - Throws: ``TrainingError/tooFewDocuments``.
  init(
    _ lines: LineCorpus, options: TrainingOptions, random: inout PythonRandom
  ) throws(TrainingError) {
    let count = lines.documentCount
    // In binary, 0.07 of 100 is a little more than 7, which is not to be 8.
    let share = options.validationFraction * (1 - 0x1p-50)
    let heldOutDocumentCount = min(
      Int((share * Double(count)).rounded(.up)), count - 1)
    guard share == 0 || heldOutDocumentCount > 0 else { throw .tooFewDocuments }
    var order = Array(0..<count)
    random.shuffle(&order)
    heldOut = order.suffix(heldOutDocumentCount)
    order.removeLast(heldOutDocumentCount)
    self.order = order
    self.lines = lines
    batchSize = options.batchSize
  }

  func fill(_ batch: Batch, step: Int) {
    for index in 0..<batchSize {
      lines.withTokens(ofDocument: document(index, step)) {
        batch.set($0, at: index)
      }
    }
  }

  func prefetch(step: Int) {
    for index in 0..<batchSize {
      lines.withTokens(ofDocument: document(index, step)) { tokens in
        guard let start = tokens.baseAddress else { return }
        // Two lines hold a short document.
        mgpt_prefetch(start)
        mgpt_prefetch(start + 16)
      }
    }
  }

  /// The first of the documents held out.
  func validationSet(positions: Int) -> ValidationSet? {
    guard !heldOut.isEmpty else { return nil }
    let documents = heldOut.prefix(
      ValidationSet.documentLimit(positions: positions))
    let batch = Batch(count: documents.count, positions: positions)
    for (index, document) in documents.enumerated() {
      lines.withTokens(ofDocument: document) { batch.set($0, at: index) }
    }
    return ValidationSet(
      batch, heldOutUnitCount: heldOut.count,
      bosToken: lines.vocabulary.bosToken)
  }

  /// The number of a document of a step.
  private func document(_ index: Int, _ step: Int) -> Int {
    order[(step * batchSize + index) % order.count]
  }
}
