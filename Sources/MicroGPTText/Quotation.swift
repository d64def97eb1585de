/// Text from outside as errors show it: in quotation marks, control characters
/// escaped, cut short where it is long.
package func quoted(_ text: String) -> String { quoted(text, atMost: 40) }

/// The same with a maximum of its own.
package func quoted(_ text: String, atMost maximumLength: Int) -> String {
  let start = String(text.unicodeScalars.prefix(maximumLength))
  let isCut = start.utf8.count < text.utf8.count
  return "“" + escapingControls(start) + (isCut ? "…" : "") + "”"
}

/// A text with its control characters escaped, so that it stays on its line and
/// does nothing to a terminal.
package func escapingControls(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars {
    shown += scalar.isControl ? escaped(scalar) : String(scalar)
  }
  return shown
}

/// Bytes that should be UTF-8 as errors show them: what is none as `\xFF`.
package func quoted(bytes: UnsafeRawBufferPointer) -> String {
  var shown = "“"
  var rest = bytes
  while let offset = offsetOfIllFormedUTF8(in: rest) {
    let valid = UnsafeRawBufferPointer(rebasing: rest[..<offset])
    shown += escapingControls(String(decoding: valid, as: UTF8.self))
    shown += "\\x\(String(rest[offset], radix: 16, uppercase: true))"
    rest = UnsafeRawBufferPointer(rebasing: rest[(offset + 1)...])
  }
  return shown + escapingControls(String(decoding: rest, as: UTF8.self)) + "”"
}

/// A control character as Swift writes it in source.
private func escaped(_ control: Unicode.Scalar) -> String {
  switch control {
  case "\0": "\\0"
  case "\t": "\\t"
  case "\n": "\\n"
  case "\r": "\\r"
  default:
    // Two digits if it is ASCII, four if not.
    "\\u{\(control.value < 0x10 ? "0" : control.isASCII ? "" : "00")"
      + "\(String(control.value, radix: 16, uppercase: true))}"
  }
}

extension Unicode.Scalar {
  /// Whether its general category is Cc, which Unicode promises to leave as it
  /// is.
  package var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }
}

/// A character as errors name it, with its code point: `“é” (U+00E9)`.
package func quoted(_ scalar: Unicode.Scalar) -> String {
  "\(quoted(String(scalar))) (\(codePoint(scalar)))"
}

/// The code point of a character: `U+00E9`.
package func codePoint(_ scalar: Unicode.Scalar) -> String {
  let number = String(scalar.value, radix: 16, uppercase: true)
  return "U+\(zeroPadded(number, to: 4))"
}

/// Digits with zeros before them, up to a length.
package func zeroPadded(_ digits: String, to length: Int) -> String {
  String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
}
