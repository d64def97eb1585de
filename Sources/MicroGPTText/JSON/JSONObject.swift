/// An object of a small JSON document: members in the order of the text.
package struct JSONObject: Sendable {
  /// A key and its value.
  package struct Member: Sendable {
    package let key: String
    /// The position of the key.
    package let position: JSONPosition
    package let value: JSONValue
  }

  package let members: [Member]
  fileprivate let indices: [[UInt8]: Int]
  /// The path from the document to the object; empty for the document.
  package let field: String
  /// The position of its first byte.
  package let position: JSONPosition

  init(
    members: [Member], indices: [[UInt8]: Int], field: String,
    position: JSONPosition
  ) {
    self.members = members
    self.indices = indices
    self.field = field
    self.position = position
  }

  /// The value of a key, compared scalar by scalar; `nil` if there is none.
  package subscript(key: String) -> JSONValue? {
    indices[Array(key.utf8)].map { members[$0].value }
  }

  /// Refuses the first key that is none of some, with a suggestion if one of
  /// them is near.
  ///
  /// - Parameters:
  ///   - known: The keys that the object may have.
  ///   - kind: What a key is, as “option” or “field”.
  /// - Throws: ``JSONError``.
  package func requireKeys(
    _ known: [String], kind: String
  ) throws(JSONError) {
    let allowed = Set(known.map { Array($0.utf8) })
    for member in members where !allowed.contains(Array(member.key.utf8)) {
      let expected: String =
        if let name = nearestName(to: member.key, among: known) {
          "perhaps “\(name)”"
        } else {
          known.joined(separator: ", ")
        }
      throw JSONError(
        field: field, position: member.position,
        found: "\(quoted(member.key)), which is no \(kind)",
        expected: expected)
    }
  }
}
