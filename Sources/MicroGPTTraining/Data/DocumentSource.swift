/// Where a trainer has the documents of each step from.
protocol DocumentSource {
  /// Writes the documents of a step, of which there are as many as in every
  /// step, into a batch.
  func fill(_ batch: Batch, step: Int)

  /// Has what a step needs fetched into the cache: it lies all over the memory.
  func prefetch(step: Int)

  /// Collects what a validation takes, from which no step takes anything.
  ///
  /// - Parameter positions: The most positions of a document, which windows of
  ///   a text fill.
  /// - Returns: `nil` if nothing is held out.
  func validationSet(positions: Int) -> ValidationSet?
}
