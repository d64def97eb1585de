/// Where the documents of a batch stand among all tokens, BOS on both sides.
///
/// An array would be checked for other owners and other users at every step.
final class Batch: @unchecked Sendable {
  let documents: UnsafeMutableBufferPointer<Range<Int>>

  init(count: Int) {
    documents = .allocate(capacity: count)
    documents.initialize(repeating: 0..<0)
  }

  deinit { documents.deallocate() }
}

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

  /// All tokens of the data.
  let tokens: UnsafePointer<Int32>
  /// Where in `tokens` each document stands, BOS on both sides.
  let documents: Slice<UnsafeMutableBufferPointer<Range<Int>>>
  /// The most positions that a document may have; more are not looked at.
  let blockSize: Int

  /// The positions of all documents.
  var rowCount: Int {
    documents.reduce(0) { $0 + min(blockSize, $1.count - 1) }
  }

  /// Calls a closure with each document in order.
  func forEach(_ body: (Member) -> Void) {
    var row = 0
    var index = 0
    for document in documents {
      let count = min(blockSize, document.count - 1)
      body(
        Member(
          index: index, tokens: tokens + document.lowerBound, row: row,
          count: count))
      row += count
      index += 1
    }
  }
}
