import MicroGPTFormat
import MicroGPTRandom
import Testing

@Suite("Damaged files are refused")
struct DamageTests {
  /// Files small enough to try everything on.
  static func files() throws -> [[UInt8]] {
    var full = try Models.manifest(codec: .zlib)
    full.tensors = full.configuration.tensors(
      elementType: .bf16, codec: .zlib, withMoments: true)
    full.tensors[0].codec = .raw
    full.trainingState = try Properties([
      "step": .integers([7]), "planned_steps": .integers([7]),
    ])
    full.metadata = try Properties(["title": .text("t")])
    full.otherSections = [OtherSection(tag: "abcd", bytes: [1])]
    return [
      try Models.file(Models.manifest()),
      try Models.file(Models.manifest(elementType: .f64, codec: .zlib)),
      try Models.file(full),
      try Models.file(
        Models.manifest(embeddingWidth: 8, characterCount: 3, codec: .zlib)),
    ]
  }

  static func opensAndVerifies(_ bytes: [UInt8]) -> Bool {
    do throws(CheckpointError) {
      try Checkpoint(bytes: bytes).verify()
      return true
    } catch {
      return false
    }
  }

  @Test(arguments: 0..<4)
  func everyBitFlipIsRefused(which: Int) throws {
    var file = try Self.files()[which]
    #expect(Self.opensAndVerifies(file))
    var accepted: [String] = []
    for index in file.indices {
      for bit in 0..<8 {
        file[index] ^= 1 << bit
        if Self.opensAndVerifies(file) { accepted.append("\(index).\(bit)") }
        file[index] ^= 1 << bit
      }
    }
    #expect(accepted.isEmpty)
  }

  @Test(arguments: 0..<4)
  func everyTruncationIsRefused(which: Int) throws {
    let file = try Self.files()[which]
    let accepted = file.indices.filter {
      Self.opensAndVerifies(Array(file[..<$0]))
    }
    #expect(accepted.isEmpty)
  }

  @Test func appendedBytesAreRefused() throws {
    let file = try Self.files()[0]
    #expect(!Self.opensAndVerifies(file + [0]))
    #expect(!Self.opensAndVerifies(file + file))
  }

  /// Bytes changed with the checksums of header and directory made good again,
  /// so that the checks behind them are reached.
  @Test(arguments: 0..<3)
  func noInputTraps(which: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let original = try Self.files()[which]
    for _ in 0..<2_000 {
      var file = original
      for _ in 0...Int.random(in: 0...3, using: &generator) {
        let index = Int.random(in: 8..<file.count, using: &generator)
        file[index] = .random(in: 0...255, using: &generator)
      }
      Reseal.all(&file)
      _ = Self.opensAndVerifies(file)
    }
    #expect(Self.opensAndVerifies(original), "seed \(seed)")
  }
}

/// Makes checksums good again after a change.
enum Reseal {
  /// Those of all sections that the directory names, of the directory and of
  /// the header.
  static func all(_ file: inout [UInt8]) {
    guard file.count >= 64 else { return }
    let count = min(Int(word(file, 32)), (file.count - 64) / 32)
    for index in 0..<count {
      let entry = 64 + 32 * index
      guard let start = Int(exactly: long(file, entry + 8)),
        let length = Int(exactly: long(file, entry + 16)),
        start <= file.count, length <= file.count - start,
        file[entry..<entry + 4] != [68, 65, 84, 65]
      else { continue }
      store(crc(file[start..<start + length]), &file, entry + 24)
    }
    store(crc(file[64..<64 + 32 * count]), &file, 36)
    header(&file)
  }

  /// That of the header.
  static func header(_ file: inout [UInt8]) {
    store(crc(file[..<60]), &file, 60)
  }

  static func word(_ file: [UInt8], _ offset: Int) -> UInt32 {
    file[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func long(_ file: [UInt8], _ offset: Int) -> UInt64 {
    file[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func store(
    _ value: some FixedWidthInteger, _ file: inout [UInt8], _ offset: Int
  ) {
    for (index, byte) in Models.bytes(of: value).enumerated() {
      file[offset + index] = byte
    }
  }

  /// CRC-32/ISO-HDLC from its polynomial: an oracle beside zlib's.
  static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var value = UInt32.max
    for byte in bytes {
      value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }
    return ~value
  }

  private static let table = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { value, _ in
      value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0)
    }
  }
}
