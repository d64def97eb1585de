import MicroGPTCommandLine
import MicroGPTFormat

extension Measurement {
  /// Compressing, reading and verifying.
  mutating func addCodec(_ elements: Elements) throws {
    let raw = try elements.file(codec: .raw, threadCount: nil)
    let compressed = try elements.file(codec: .zlib, threadCount: nil)
    let rawFile = try Checkpoint(bytes: raw)
    let compressedFile = try Checkpoint(bytes: compressed)
    let ratio = Double(raw.count) / Double(compressed.count)
    notes.append(
      "codec    \(elements.byteCount.groupedDescription) bytes of elements,"
        + " \(raw.count.groupedDescription) in a raw file, \(compressed.count.groupedDescription)"
        + " compressed, ratio \(ratio.formatted(decimals: 4))")

    let load = Work.Load.bytes(Double(elements.byteCount))
    let limit = limit("zlib's crc32", load) { elements.checksum() }
    func add(
      _ name: String, threadCount: Int, _ body: @escaping () throws -> Void
    ) {
      stopwatch.add(
        Work(
          group: "codec", name: name, threadCount: threadCount, figure: .rate,
          load: load, limit: limit, body: body))
    }
    add("memcpy", threadCount: 1) { elements.copy() }
    for threadCount in threadCounts {
      add("compress", threadCount: threadCount) {
        try elements.compress(threadCount: threadCount)
      }
      add("decompress", threadCount: threadCount) {
        try elements.read(compressedFile, threadCount: threadCount)
      }
      add("the same, trusted", threadCount: threadCount) {
        try elements.read(
          compressedFile, verifying: false, threadCount: threadCount)
      }
      add("verify compressed", threadCount: threadCount) {
        try compressedFile.verify(threadCount: threadCount)
      }
      add("verify raw", threadCount: threadCount) {
        try rawFile.verify(threadCount: threadCount)
      }
    }
    add("fingerprint", threadCount: 1) { _ = try rawFile.fingerprint() }
  }
}
