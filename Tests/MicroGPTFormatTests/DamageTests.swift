import ConformanceSuite
import Foundation
import MicroGPTFormat
import MicroGPTRandom
import Testing

/// Every way in which one bit, the end, or more bytes can damage the good files
/// of the conformance suite.
///
/// That takes a while in a debug build: there, a part of the places has to do,
/// unless the environment has `MICROGPT_EXHAUSTIVE`.
@Suite("Damaged files are refused")
struct DamageTests {
  static let fixtures = ConformanceSuite.readOrEmpty.valid
  static let isExhaustive =
    ProcessInfo.processInfo.environment["MICROGPT_EXHAUSTIVE"] != nil

  /// The places of a file that are tried: all of them, or of a larger file
  /// about a hundred.
  private static func places(in file: [UInt8]) -> [Int] {
    let isSmall = file.count <= 1_864  // the smallest model
    return isExhaustive || isSmall
      ? Array(file.indices)
      : Array(stride(from: 0, to: file.count, by: file.count / 100))
  }

  static func opensAndVerifies(_ bytes: [UInt8]) -> Bool {
    do throws(CheckpointError) {
      try Checkpoint(bytes: bytes).verify()
      return true
    } catch {
      return false
    }
  }

  @Test(arguments: fixtures)
  func everyBitFlipIsRefused(fixture: ConformanceSuite.Valid) throws {
    var file = try fixture.checkpoint()
    #expect(Self.opensAndVerifies(file))
    var accepted: [String] = []
    for index in Self.places(in: file) {
      // All bits, or one of them, another one from byte to byte.
      for bit in 0..<8 where Self.isExhaustive || bit == index * 5 % 8 {
        file[index] ^= 1 << bit
        if Self.opensAndVerifies(file) { accepted.append("\(index).\(bit)") }
        file[index] ^= 1 << bit
      }
    }
    #expect(accepted.isEmpty)
  }

  @Test(arguments: fixtures)
  func everyTruncationIsRefused(fixture: ConformanceSuite.Valid) throws {
    let file = try fixture.checkpoint()
    let accepted = Self.places(in: file).filter {
      Self.opensAndVerifies(Array(file[..<$0]))
    }
    #expect(accepted.isEmpty)
  }

  @Test(arguments: fixtures)
  func appendedBytesAreRefused(fixture: ConformanceSuite.Valid) throws {
    let file = try fixture.checkpoint()
    for more in [[0], [0xff], [UInt8](repeating: 0, count: 64), file] {
      #expect(!Self.opensAndVerifies(file + more))
    }
  }

  /// Bytes changed with the checksums of header and directory made good again,
  /// so that the checks behind them are reached.
  @Test(arguments: fixtures)
  func noInputTraps(fixture: ConformanceSuite.Valid) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let original = try fixture.checkpoint()
    for _ in 0..<(Self.isExhaustive ? 2_000 : 100) {
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
