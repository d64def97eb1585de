import ArgumentParser

/// The transform of an option or an argument that names a file.
///
/// - Parameter text: The name, as it was given.
/// - Returns: The name.
/// - Throws: `ValidationError` for a name that no file can have, which the
///   argument parser reports with the option's name.
@Sendable public func fileName(_ text: String) throws -> String {
  guard !text.isEmpty else {
    throw ValidationError("expected the name of a file")
  }
  // The operating system would take what stands before it for the name.
  guard !text.utf8.contains(0) else {
    throw ValidationError("expected a name without the character U+0000")
  }
  return text
}
