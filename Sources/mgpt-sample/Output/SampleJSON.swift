import MicroGPTCommandLine
import MicroGPTSampler

extension OutputBuffer {
  /// Appends a sample as a JSON object (RFC 8259); a number that JSON lacks is
  /// null.
  mutating func appendJSON(_ sample: Sample) {
    append("{\"index\":\(sample.index),\"seed\":\(sample.seed),\"text\":")
    appendJSON([sample.prompt, sample.continuation])
    append(",\"prompt\":")
    appendJSON([sample.prompt])
    append(",\"continuation\":")
    appendJSON([sample.continuation])
    append(",\"tokens\":\(sample.continuationTokenCount),\"finish_reason\":\"")
    append(sample.finishReason.rawValue)
    let logarithms = sample.logProbabilities ?? []
    append("\",\"log_probability\":")
    appendJSON(logarithms.reduce(0, +))
    append(",\"log_probabilities\":[")
    for (index, logarithm) in logarithms.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      appendJSON(logarithm)
    }
    append("]}")
  }

  private mutating func appendJSON(_ number: Double) {
    append(number.isFinite ? number.description : "null")
  }

  /// Appends texts as one string.
  private mutating func appendJSON(_ texts: [String]) {
    append(UInt8(ascii: "\""))
    for text in texts {
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": append("\\\"")
        case "\\": append("\\\\")
        case "\n": append("\\n")
        case "\r": append("\\r")
        case "\t": append("\\t")
        // Two end a line in JavaScript; Foundation drops a byte-order mark.
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}",
          "\u{FEFF}":
          let digits = String(scalar.value, radix: 16)
          append("\\u" + String(repeating: "0", count: 4 - digits.count))
          append(digits)
        default: append(String(scalar))
        }
      }
    }
    append(UInt8(ascii: "\""))
  }
}
