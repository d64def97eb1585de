/// Ends the program, which the fuzzer takes for a crash, if a property does not
/// hold.
func require(_ holds: Bool, _ property: StaticString) {
  guard holds else { preconditionFailure("not so: \(property)") }
}

/// Ends the program if a body throws.
func require(throwing property: StaticString, _ body: () throws -> Void) {
  do {
    try body()
  } catch {
    preconditionFailure("not so: \(property): \(error)")
  }
}
