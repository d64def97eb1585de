/// Text from outside as errors show it: in quotation marks, control characters
/// escaped, cut short where it is long.
package func quoted(_ text: String) -> String {
  let greatestLength = 40
  let shown = text.unicodeScalars.prefix(greatestLength).map { scalar in
    scalar.properties.generalCategory == .control
      ? scalar.escaped(asASCII: true) : String(scalar)
  }
  let isCut = text.unicodeScalars.dropFirst(greatestLength).first != nil
  return "“\(shown.joined())\(isCut ? "…" : "")”"
}

/// A character as errors name it, with its code point: `“é” (U+00E9)`.
package func quoted(_ scalar: Unicode.Scalar) -> String {
  let number = String(scalar.value, radix: 16, uppercase: true)
  let zeros = String(repeating: "0", count: max(0, 4 - number.count))
  return "\(quoted(String(scalar))) (U+\(zeros)\(number))"
}
