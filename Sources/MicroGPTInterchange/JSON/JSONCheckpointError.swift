import MicroGPTText

/// JSON that is not a checkpoint: which field, where, and what it holds against
/// what it should hold.
public struct JSONCheckpointError: Error, Sendable, Hashable {
  /// The field by its path, as `config.n_head` or `tensors[2].data[17]`;
  /// `document` for the object as a whole.
  public let field: String
  /// How many bytes precede the place.
  public let byteOffset: Int
  /// The line of the place, from 1.
  public let line: Int
  /// The column of the place in bytes, from 1.
  public let column: Int
  /// What stands there.
  public let found: String
  /// What should stand there.
  public let expected: String

  init(
    _ field: String, at position: JSONPosition, found: String, expected: String
  ) {
    self.field = field.isEmpty ? "document" : field
    byteOffset = position.byteOffset
    line = position.line
    column = position.column
    self.found = found
    self.expected = expected
  }

  init(_ error: JSONError) {
    self.init(
      error.field, at: error.position, found: error.found,
      expected: error.expected)
  }
}

extension JSONCheckpointError: CustomStringConvertible {
  /// The error as one clause: `config.n_head at byte 130 (line 8, column 15):
  /// found 3, expected a divisor of n_embd (16)`.
  public var description: String {
    "\(field) at byte \(byteOffset) (line \(line), column \(column)):"
      + " found \(found), expected \(expected)"
  }
}
