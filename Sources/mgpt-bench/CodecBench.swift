import ArgumentParser
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel

struct CodecBench: Command {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Measures compressing, reading and verifying.",
    discussion: """
      The elements of the checkpoint are stored raw and compressed, in memory, \
      and read again, in rounds of everything. Speeds are medians over the \
      rounds, in megabytes (10⁶) of elements a second. Beside them: how fast \
      that is for the time that the processors worked, compared with zlib's \
      crc32 over the same elements; other work on the machine matters less to \
      it.

      Example: mgpt-bench codec names.mgpt
      """)

  @Argument(help: "The checkpoint, in either codec.")
  var file: String

  @Option(
    name: .long, parsing: .unconditional,
    help: "The most threads, 1 to 1024 (default: the processors).")
  var threads: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: "How often everything is measured, 1 to 1000.")
  var rounds = 9

  func validate() throws {
    try threads?.require(in: 1...1024, "--threads")
    try rounds.require(in: 1...1000, "--rounds")
  }

  func execute() throws {
    do {
      try StandardOutput.write(measure(Elements(Checkpoint(path: file))))
    } catch let error as CheckpointError {
      throw CommandFailure.reading(error, file)
    }
  }

  private func measure(_ elements: Elements) throws -> String {
    let raw = try elements.file(codec: .raw, threads: nil)
    let compressed = try elements.file(codec: .zlib, threads: nil)
    let rawFile = try Checkpoint(bytes: raw)
    let compressedFile = try Checkpoint(bytes: compressed)

    var watch = Stopwatch()
    watch.add("memcpy", threads: 1) { elements.copy() }
    let yardstick = watch.add("zlib's crc32", threads: 1) {
      elements.checksum()
    }
    let most = threads ?? WorkerPool.processorCount
    for threads in Set([1, 2, most]).filter({ $0 <= most }).sorted() {
      watch.add("compress", threads: threads) {
        try elements.compress(threads: threads)
      }
      watch.add("decompress", threads: threads) {
        try elements.read(compressedFile, threads: threads)
      }
      watch.add("the same, trusted", threads: threads) {
        try elements.read(compressedFile, verifying: false, threads: threads)
      }
      watch.add("verify compressed", threads: threads) {
        try compressedFile.verify(threads: threads)
      }
      watch.add("verify raw", threads: threads) {
        try rawFile.verify(threads: threads)
      }
    }
    watch.add("fingerprint", threads: 1) { _ = try rawFile.fingerprint() }
    try watch.run(rounds: rounds)

    var table = TextTable(
      headings: ["", "threads", "MB/s", "a core × crc32"],
      rightAligned: [1, 2, 3])
    for work in watch.works {
      let speed = Double(elements.byteCount) / work.seconds / 1e6
      table.append([
        work.name, "\(work.threads)", Int(speed).grouped,
        work.ratio(to: watch.works[yardstick]).rounded(decimals: 3),
      ])
    }
    let ratio = Double(raw.count) / Double(compressed.count)
    return """
      elements    \(elements.byteCount.grouped) bytes
      raw         \(raw.count.grouped) bytes
      compressed  \(compressed.count.grouped) bytes, ratio \
      \(ratio.rounded(decimals: 4))

      \(table.text)
      """
  }
}
