/// The documents of a step, as tokens, wherever they come from.
///
/// An array would be checked for other owners and other users at every step.
final class Batch: @unchecked Sendable {
  /// The number of documents.
  let count: Int
  /// The most positions of a document.
  let positions: Int
  /// BOS and what follows it; the targets begin one further.
  private let tokens: UnsafeMutablePointer<Int32>  // (count, positions + 1)
  /// The positions of all documents before one, and of all.
  private let starts: UnsafeMutablePointer<Int>  // (count + 1)

  init(count: Int, positions: Int) {
    self.count = count
    self.positions = positions
    tokens = .allocate(capacity: count * (positions + 1))
    tokens.initialize(repeating: 0, count: count * (positions + 1))
    starts = .allocate(capacity: count + 1)
    starts.initialize(repeating: 0, count: count + 1)
  }

  deinit {
    tokens.deallocate()
    starts.deallocate()
  }

  /// The positions of all documents.
  var positionCount: Int { starts[count] }

  /// Where a document's positions stand among those of all.
  func rows(of document: Int) -> Range<Int> {
    starts[document]..<starts[document + 1]
  }

  /// The tokens of a document and the one to predict last.
  func tokens(of document: Int) -> UnsafePointer<Int32> {
    UnsafePointer(tokens + document * (positions + 1))
  }

  /// Gives room to a document; those before it must be there.
  ///
  /// - Returns: Where BOS is to stand, and as many tokens as it has positions.
  func begin(
    _ document: Int, positions count: Int
  ) -> UnsafeMutablePointer<Int32> {
    starts[document + 1] = starts[document] + count
    return tokens + document * (positions + 1)
  }

  /// Copies a document's tokens, as many as there is room for.
  ///
  /// The documents before it must be there.
  ///
  /// - Parameters:
  ///   - document: BOS, then at least one token.
  ///   - index: The document's number.
  func set(_ document: UnsafeBufferPointer<Int32>, at index: Int) {
    let count = min(positions, document.count - 1)
    let start = begin(index, positions: count)
    for place in 0...count { start[place] = document[place] }
  }
}
