import MicroGPTCommandLine
import MicroGPTFormat

extension Measurement {
  /// Compressing, reading and verifying.
  mutating func addCodec(_ elements: Elements) throws {
    let raw = try elements.file(codec: .raw, threads: nil)
    let compressed = try elements.file(codec: .zlib, threads: nil)
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
          group: "codec", name: name, threads: threads, figure: .rate,
          load: load, limit: limit, body: body))
    }
    add("memcpy", threads: 1) { elements.copy() }
    for threads in threadCounts {
      add("compress", threads: threads) {
        try elements.compress(threads: threads)
      }
      add("decompress", threads: threads) {
        try elements.read(compressedFile, threads: threads)
      }
      add("the same, trusted", threads: threads) {
        try elements.read(compressedFile, verifying: false, threads: threads)
      }
      add("verify compressed", threads: threads) {
        try compressedFile.verify(threads: threads)
      }
      add("verify raw", threads: threads) {
        try rawFile.verify(threads: threads)
      }
    }
    add("fingerprint", threads: 1) { _ = try rawFile.fingerprint() }
  }
}
