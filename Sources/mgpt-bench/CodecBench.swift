import ArgumentParser
import CZlib
import MicroGPTCommandLine
import MicroGPTFormat

struct CodecBench: Command {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Measures compressing, decoding and verifying.",
    discussion: """
      The tensors of the checkpoint are stored raw and compressed, in memory, \
      and read again. Speeds are in megabytes (10⁶) of elements a second, \
      medians over the rounds, and as multiples of zlib's crc32 over the same \
      elements, which is measured in the same rounds.

      Example: mgpt-bench codec names.mgpt --rounds 9
      """)

  @Argument(help: "The checkpoint, in either codec.")
  var file: String

  @Option(
    name: .long, parsing: .unconditional,
    help: "How often everything is measured, 1 to 1000.")
  var rounds = 9

  func validate() throws {
    try rounds.require(in: 1...1000, "--rounds")
  }

  func execute() throws {
    do {
      try StandardOutput.write(measure(Checkpoint(path: file)))
    } catch let error as CheckpointError {
      throw CommandFailure.reading(error, file)
    }
  }

  private func measure(_ checkpoint: Checkpoint) throws -> String {
    let elements = try Elements(checkpoint)
    let copy = try Elements(checkpoint)
    let raw = try elements.file(codec: .raw)
    let compressed = try elements.file(codec: .zlib)
    let (rawCheckpoint, compressedCheckpoint) = (
      try Checkpoint(bytes: raw), try Checkpoint(bytes: compressed)
    )

    var watch = Stopwatch()
    var names: [(String, Int)] = []
    names.append(("memcpy", watch.add { copy.copy(from: elements) }))
    let yardstick = watch.add { elements.checksum() }
    names.append(("zlib's crc32", yardstick))
    names.append(("compress", watch.add { _ = try elements.file(codec: .zlib) }))
    names.append(("decode", watch.add {
      for index in compressedCheckpoint.tensors.indices {
        var reader = try TensorReader(compressedCheckpoint, tensorAt: index)
        while try reader.next() != nil {}
      }
    }))
    names.append(("verify compressed", watch.add { try compressedCheckpoint.verify() }))
    names.append(("verify raw", watch.add { try rawCheckpoint.verify() }))
    names.append(("fingerprint raw", watch.add { _ = try rawCheckpoint.fingerprint() }))
    try watch.run(rounds: rounds)
    var table = TextTable(headings: ["", "MB/s", "x"], rightAligned: [1, 2])
    for (name, work) in names {
      table.append([name, (Double(elements.byteCount) / watch.median(work) / 1e6).rounded(decimals: 0), watch.ratio(work, into: yardstick).rounded(decimals: 2)])
    }
    return "\(elements.byteCount.grouped) bytes, \(raw.count.grouped) \(compressed.count.grouped)\n" + table.text
  }
}

/// The elements of all tensors of a checkpoint, one after the other.
final class Elements {
  let manifest: Manifest
  let bytes: UnsafeMutableRawBufferPointer
  var byteCount: Int { bytes.count }

  init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    manifest = checkpoint.manifest
    bytes = .allocate(
      byteCount: manifest.tensors.reduce(0) { $0 + $1.byteCount },
      alignment: 64)
    var end = 0
    for index in checkpoint.tensors.indices {
      var reader = try TensorReader(checkpoint, tensorAt: index)
      while let chunk = try reader.next() {
        UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
          .copyMemory(from: chunk)
        end += chunk.count
      }
    }
  }

  deinit { bytes.deallocate() }

  func file(codec: Codec) throws -> [UInt8] {
    let writer = try CheckpointWriter(manifest.with(codec: codec))
    try writer.append(UnsafeRawBufferPointer(bytes))
    return try writer.finishedBytes()
  }

  func copy(from other: Elements) {
    bytes.copyMemory(from: UnsafeRawBufferPointer(other.bytes))
  }

  func checksum() {
    var checksum: UInt = 0
    var rest = UnsafeRawBufferPointer(bytes)[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      checksum = crc32(
        checksum, part.assumingMemoryBound(to: UInt8.self).baseAddress,
        UInt32(part.count))
      rest = rest.dropFirst(part.count)
    }
  }
}
