extension BinaryInteger {
  /// The number with its thousands apart, as `30,460`.
  package var groupedDescription: String {
    var text = ""
    for (index, digit) in magnitude.description.reversed().enumerated() {
      if index > 0 && index.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}
