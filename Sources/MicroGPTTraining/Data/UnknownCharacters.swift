import MicroGPTFormat
import MicroGPTText

extension Vocabulary {
  /// The characters of another vocabulary that this one lacks, in order.
  func lacked(of other: Vocabulary) -> [Unicode.Scalar] {
    other.scalars.filter { token(of: $0) == nil }
  }

  /// What shows that a text of these characters is none.
  func defect(ofTextIn bytes: UnsafeRawBufferPointer) -> TextDefect? {
    scalars.first == "\0" ? TextDefect(ofNULsIn: bytes) : nil
  }
}

/// What errors say of characters that a vocabulary lacks: as many as help to
/// find them.
func clause(onUnknown scalars: [Unicode.Scalar]) -> String {
  let shown = scalars.prefix(20)
  let rest = scalars.count - shown.count
  return "the vocabulary lacks \(scalars.count) of its characters: "
    + shown.map { quoted($0) }.joined(separator: ", ")
    + (rest > 0 ? " and \(rest) more" : "")
}
