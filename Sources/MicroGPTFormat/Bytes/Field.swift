/// A field of fixed offset in the header, a section or one of its records.
struct Field {
  /// The name in the specification, which errors use.
  let name: String
  /// The offset from where the header, the section or the record begins.
  let offset: Int

  init(_ name: String, at offset: Int) {
    self.name = name
    self.offset = offset
  }
}

extension FormatError {
  /// Creates an error about a field.
  ///
  /// - Parameters:
  ///   - reason: The kind of defect.
  ///   - field: The field.
  ///   - owner: What it is a field of, as errors call it.
  ///   - start: Where that begins in the file; `nil` if it is in none.
  ///   - found: What the field holds.
  ///   - expected: What it should hold.
  init(
    _ reason: Reason, _ field: Field, of owner: String, at start: Int?,
    found: String, expected: String
  ) {
    self.init(
      reason, "\(owner).\(field.name)", at: start.map { $0 + field.offset },
      found: found, expected: expected)
  }
}
