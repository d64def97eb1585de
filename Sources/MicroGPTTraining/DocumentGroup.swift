/// Documents that go through the model together, their positions one below the
/// other as the rows of every activation.
struct DocumentGroup {
  /// One document of the group.
  struct Member {
    let index: Int
    /// BOS and what follows it; the targets begin one further.
    let tokens: UnsafePointer<Int32>
    /// Its first row.
    let row: Int
    /// Its positions.
    let count: Int
  }

  let batch: Batch
  /// Which documents of the batch.
  let documents: Range<Int>

  /// The positions of all documents.
  var rowCount: Int {
    documents.reduce(0) { $0 + batch.counts[$1] }
  }

  /// Calls a closure with each document in order.
  func forEach(_ body: (Member) -> Void) {
    var row = 0
    for document in documents {
      let count = batch.counts[document]
      body(
        Member(
          index: document - documents.lowerBound,
          tokens: UnsafePointer(batch.tokens(of: document)), row: row,
          count: count))
      row += count
    }
  }
}
