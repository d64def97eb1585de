import CMicroGPTKernels
import MicroGPTRandom

/// The documents of a data set in microgpt.py's order.
///
/// Step *s* takes documents *s* × batch size and on of the shuffled order,
/// from the start again when they run out.
final class ShuffledDocuments: DocumentSource {
  private let dataSet: DataSet
  private let order: [Int]  // (documents)
  private let batchSize: Int

  init(_ dataSet: DataSet, batchSize: Int, random: inout PythonRandom) {
    var order = Array(0..<dataSet.documentCount)
    random.shuffle(&order)
    self.order = order
    self.dataSet = dataSet
    self.batchSize = batchSize
  }

  func fill(_ batch: Batch, step: Int) {
    for index in 0..<batchSize {
      dataSet.withTokens(ofDocument: document(index, step)) {
        batch.set($0, at: index)
      }
    }
  }

  func prefetch(step: Int) {
    for index in 0..<batchSize {
      dataSet.withTokens(ofDocument: document(index, step)) { tokens in
        guard let start = tokens.baseAddress else { return }
        // Two lines hold a short document.
        mgpt_prefetch(start)
        mgpt_prefetch(start + 16)
      }
    }
  }

  /// The number of a document of a step.
  private func document(_ index: Int, _ step: Int) -> Int {
    order[(step * batchSize + index) % order.count]
  }
}
