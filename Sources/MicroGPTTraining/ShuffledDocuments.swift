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
    dataSet.tokens.withUnsafeBufferPointer { tokens in
      guard let tokens = tokens.baseAddress else { return }
      for index in 0..<batchSize {
        let document = range(index, step)
        let count = min(batch.positions, document.count - 1)
        batch.tokens(of: index).update(
          from: tokens + document.lowerBound, count: count + 1)
        batch.counts[index] = count
      }
    }
  }

  func prefetch(step: Int) {
    dataSet.tokens.withUnsafeBufferPointer { tokens in
      guard let tokens = tokens.baseAddress else { return }
      for index in 0..<batchSize {
        let start = tokens + range(index, step).lowerBound
        // Two lines hold a short document.
        mgpt_prefetch(start)
        mgpt_prefetch(start + 16)
      }
    }
  }

  /// Where a document of a step stands, with the BOS on both sides.
  private func range(_ index: Int, _ step: Int) -> Range<Int> {
    dataSet.range(
      ofDocument: order[(step * batchSize + index) % order.count])
  }
}
