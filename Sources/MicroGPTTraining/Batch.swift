/// The documents of a step, as tokens, wherever they come from.
///
/// One thread fills it; then any number may read it.
final class Batch: @unchecked Sendable {
  /// The most positions that a document may have.
  let positions: Int
  /// BOS and what follows it; the targets of the positions begin one further.
  let tokens: UnsafeMutableBufferPointer<Int32>  // (documents, positions + 1)
  /// The positions of each document, 1 to `positions`.
  let counts: UnsafeMutableBufferPointer<Int>  // (documents)
  private let start: UnsafeMutablePointer<Int32>

  init(documents: Int, positions: Int) {
    self.positions = positions
    let tokenCount = documents * (positions + 1)
    start = .allocate(capacity: tokenCount)
    start.initialize(repeating: 0, count: tokenCount)
    tokens = UnsafeMutableBufferPointer(start: start, count: tokenCount)
    counts = .allocate(capacity: documents)
    counts.initialize(repeating: 0)
  }

  deinit {
    tokens.deallocate()
    counts.deallocate()
  }

  /// Where the tokens of a document begin, with BOS.
  func tokens(of document: Int) -> UnsafeMutablePointer<Int32> {
    start + document * (positions + 1)
  }
}
