import MicroGPTCommandLine
import MicroGPTSampler
import MicroGPTText

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
    append(logarithms.reduce(0, +).json)
    append(",\"log_probabilities\":[")
    for (index, logarithm) in logarithms.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(logarithm.json)
    }
    append("]}")
  }

  /// Appends texts as one string.
  private mutating func appendJSON(_ texts: [String]) {
    append(UInt8(ascii: "\""))
    for text in texts {
      for scalar in text.unicodeScalars {
        switch scalar {
        // Two end a line in JavaScript; Foundation drops a byte-order mark.
        case "\u{2028}", "\u{2029}", "\u{FEFF}": append(scalar.jsonCodeUnit)
        default: append(scalar.jsonEscape ?? String(scalar))
        }
      }
    }
    append(UInt8(ascii: "\""))
  }
}
