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
