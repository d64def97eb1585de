import MicroGPTText

/// A file's name in a line of text: its control characters are escaped.
///
/// - Parameter path: The name.
/// - Returns: What to print of it.
package func shownPath(_ path: String) -> String { escapingControls(path) }

/// A word as a shell takes it: quoted where it has to be, and no option.
///
/// - Parameter word: A file's name.
/// - Returns: What to type for it.
package func shellWord(_ word: String) -> String {
  let word = word.hasPrefix("-") ? "./" + word : word
  if escapingControls(word) != word { return dollarQuoted(word) }
  let isPlain = word.utf8.allSatisfy { byte in
    byte > 0x7f || "/._-+,:@%=".utf8.contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
  guard !isPlain || word.isEmpty else { return word }
  let quoted = word.split(separator: "'", omittingEmptySubsequences: false)
  return "'" + quoted.joined(separator: "'\\''") + "'"
}

/// A word with control characters, which stay on the line in no other quotes.
private func dollarQuoted(_ word: String) -> String {
  let bytes = word.utf8.map { byte in
    let isPlain = (0x20..<0x7F).contains(byte) && !"\\'".utf8.contains(byte)
    return isPlain
      ? String(UnicodeScalar(byte))
      : "\\" + zeroPadded(String(byte, radix: 8), to: 3)
  }
  return "$'\(bytes.joined())'"
}
