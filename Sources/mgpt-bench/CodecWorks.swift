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
      "codec    \(elements.byteCount.grouped) bytes of elements,"
        + " \(raw.count.grouped) in a raw file, \(compressed.count.grouped)"
        + " compressed, ratio \(ratio.rounded(decimals: 4))")

    let load = Work.Load.bytes(Double(elements.byteCount))
    let limit = limit("zlib's crc32", load) { elements.checksum() }
    func add(
      _ name: String, threads: Int, _ body: @escaping () throws -> Void
    ) {
      stopwatch.add(
        Work(
          group: "codec", name: name, threadCount: threads, figure: .rate,
          load: load, limit: limit, body: body))
    }
    add("memcpy", threads: 1) { elements.copy() }
    for threads in threadCounts {
      add("compress", threads: threads) {
        try elements.compress(threadCount: threads)
      }
      add("decompress", threads: threads) {
        try elements.read(compressedFile, threadCount: threads)
      }
      add("the same, trusted", threads: threads) {
        try elements.read(
          compressedFile, verifying: false, threadCount: threads)
      }
      add("verify compressed", threads: threads) {
        try compressedFile.verify(threadCount: threads)
      }
      add("verify raw", threads: threads) {
        try rawFile.verify(threadCount: threads)
      }
    }
    add("fingerprint", threads: 1) { _ = try rawFile.fingerprint() }
  }
}
