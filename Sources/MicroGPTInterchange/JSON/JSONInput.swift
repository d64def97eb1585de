import MicroGPTText

/// A scanner of a source that may fail.
final class JSONInput {
  private let source: JSONCheckpointReader.Source
  private var failure: (any Error)?

  init(_ source: @escaping JSONCheckpointReader.Source) {
    self.source = source
  }

  /// Reads the text.
  ///
  /// - Parameter body: Reads all of it.
  /// - Throws: What the source or the body throws; ``JSONCheckpointError`` for
  ///   the scanner's error.
  /// - Returns: What the body returns.
  func read<Result>(_ body: (JSONScanner) throws -> Result) throws -> Result {
    let scanner = JSONScanner { [self] space in
      do {
        return try source(space)
      } catch {
        failure = error
        return 0
      }
    }
    let result: Result
    do {
      result = try body(scanner)
    } catch {
      throw failure ?? (error as? JSONError).map(JSONCheckpointError.init)
        ?? error
    }
    // The text may be whole, and what follows it unknown.
    if let failure { throw failure }
    return result
  }
}
