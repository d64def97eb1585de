/// A position in a JSON text.
package struct JSONPosition: Sendable, Hashable {
  /// The number of bytes before it.
  package var byteOffset: Int
  /// The line, from 1.
  package var line: Int
  /// The column in bytes, from 1.
  package var column: Int

  package init(byteOffset: Int, line: Int, column: Int) {
    self.byteOffset = byteOffset
    self.line = line
    self.column = column
  }
}

/// A JSON text that is not what it should be.
package struct JSONError: Error, Sendable, Hashable {
  /// The path of the field, as `label[1]`; empty for the document as a whole.
  package let field: String
  /// The position of what is wrong.
  package let position: JSONPosition
  /// What stands there.
  package let found: String
  /// What should stand there.
  package let expected: String

  package init(
    field: String, position: JSONPosition, found: String, expected: String
  ) {
    self.field = field
    self.position = position
    self.found = found
    self.expected = expected
  }
}

extension JSONError: CustomStringConvertible {
  /// The error as one clause: `steps at byte 10 (line 1, column 11): found
  /// “many”, expected a whole number`.
  package var description: String {
    "\(field.isEmpty ? "document" : field) at byte \(position.byteOffset)"
      + " (line \(position.line), column \(position.column)):"
      + " found \(found), expected \(expected)"
  }
}
