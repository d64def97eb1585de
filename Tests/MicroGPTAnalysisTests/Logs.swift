import MicroGPTAnalysis

/// The curve of a log that comes in pieces of some size.
func curve(
  ofLog log: [UInt8], pieces size: Int = 1 << 16
) throws -> LossCurve {
  var reader = LossLogParser()
  try log.withUnsafeBytes { bytes in
    for start in stride(from: 0, to: bytes.count, by: size) {
      try reader.append(
        UnsafeRawBufferPointer(
          rebasing: bytes[start..<min(start + size, bytes.count)]))
    }
  }
  return try reader.finish()
}

func curve(ofLog log: String) throws -> LossCurve {
  try curve(ofLog: Array(log.utf8))
}

/// Points by their steps and losses.
func points(_ pairs: KeyValuePairs<Int, Double>) -> [LossPoint] {
  pairs.map { LossPoint(step: $0.key, loss: $0.value) }
}

/// The first steps, with the losses given.
func points(_ losses: [Double]) -> [LossPoint] {
  losses.enumerated().map { LossPoint(step: $0.offset + 1, loss: $0.element) }
}
