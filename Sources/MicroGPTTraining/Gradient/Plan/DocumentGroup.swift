/// Documents that go through the model together, their positions one below the
/// other as the rows of every activation.
struct DocumentGroup: Sendable {
  let batch: Batch
  /// Their numbers in the batch.
  let documents: Range<Int>

  /// Takes as many documents as there are rows for, one at least.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - range: Those to take from.
  ///   - rowLimit: The most rows, unless one document has more.
  init(_ batch: Batch, in range: Range<Int>, rowLimit: Int) {
    self.batch = batch
    let first = range.lowerBound
    let limit = batch.rows(of: first).lowerBound + rowLimit
    var end = first + 1
    while end < range.upperBound, batch.rows(of: end).upperBound <= limit {
      end += 1
    }
    documents = first..<end
  }

  /// Calls a closure with one group after the other, until all documents of a
  /// range have been in one.
  static func forEach(
    of batch: Batch, in range: Range<Int>, rowLimit: Int,
    _ body: (DocumentGroup) -> Void
  ) {
    var rest = range
    while !rest.isEmpty {
      let group = Self(batch, in: rest, rowLimit: rowLimit)
      body(group)
      rest = group.documents.upperBound..<rest.upperBound
    }
  }

  /// The groups of a whole batch.
  static func all(of batch: Batch, rowLimit: Int) -> [DocumentGroup] {
    var groups: [DocumentGroup] = []
    forEach(of: batch, in: 0..<batch.count, rowLimit: rowLimit) {
      groups.append($0)
    }
    return groups
  }

  /// The positions of all documents.
  var rowCount: Int { rows(of: documents.upperBound - 1).upperBound }

  /// Where a document stands.
  func rows(of document: Int) -> Range<Int> {
    let rows = batch.rows(of: document)
    let start = batch.rows(of: documents.lowerBound).lowerBound
    return rows.lowerBound - start..<rows.upperBound - start
  }

  /// Calls a closure for each document that has some of the given rows.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - body: The closure, given the document's number, those of its rows, and
  ///     the position in the document of the first of them.
  func forEachPart(of rows: Range<Int>, _ body: (Int, Range<Int>, Int) -> Void)
  {
    for document in documents {
      let all = self.rows(of: document)
      let part = all.clamped(to: rows)
      if !part.isEmpty {
        body(document, part, part.lowerBound - all.lowerBound)
      }
    }
  }
}
