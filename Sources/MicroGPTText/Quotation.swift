/// Text from outside as errors show it: in quotation marks, control characters
/// escaped, cut short where it is long.
package func quoted(_ text: String) -> String {
  let greatestLength = 40
  var shown = "“"
  for (place, scalar) in text.unicodeScalars.enumerated() {
    guard place < greatestLength else {
      shown += "…"
      break
    }
    shown += scalar.isControl ? escaped(scalar) : String(scalar)
  }
  return shown + "”"
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
  let number = String(scalar.value, radix: 16, uppercase: true)
  let zeros = String(repeating: "0", count: max(0, 4 - number.utf8.count))
  return "\(quoted(String(scalar))) (U+\(zeros)\(number))"
}
