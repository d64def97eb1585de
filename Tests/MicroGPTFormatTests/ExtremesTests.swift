import MicroGPTFormat
import Testing

/// Every field of a file set to the numbers at which arithmetic goes wrong,
/// with the checksums made good.
@Suite("Extreme numbers in any field are refused or harmless")
struct ExtremesTests {
  /// A file with compressed and raw tensors, and labels.
  static func file() throws -> [UInt8] {
    var manifest = try Models.manifest(embeddingWidth: 8, codec: .zlib)
    manifest.metadata = try Properties([
      "example.note": .text("t"), "train_steps": .integers([7]),
    ])
    return try Models.file(manifest)
  }

  /// The places and widths of all numbers: those of the tables, and, in
  /// sections of another kind, whatever stands at a place.
  static func fields(_ file: [UInt8]) -> [(offset: Int, width: Int)] {
    var fields: [(offset: Int, width: Int)] = [
      (8, 2), (10, 2), (12, 4), (16, 8), (24, 8), (32, 4), (36, 4), (40, 8),
    ]
    let sectionCount = Int(Reseal.word(file, 32))
    for entry in stride(from: 64, to: 64 + 32 * sectionCount, by: 32) {
      fields += [(0, 4), (4, 4), (8, 8), (16, 8), (24, 4), (28, 4)].map {
        (entry + $0, $1)
      }
      let start = Int(Reseal.long(file, entry + 8))
      let end = start + Int(Reseal.long(file, entry + 16))
      switch file[entry..<entry + 4] {
      case [67, 79, 78, 70]:  // CONF
        fields += stride(from: start, to: end, by: 4).map { ($0, 4) }
      case [84, 68, 73, 82]:  // TDIR
        // Of the first, a compressed one, and the last.
        for record in [start, start + 112 * 4, end - 112] {
          fields += (48..<52).map { (record + $0, 1) }
          fields.append((record + 52, 4))
          fields += stride(from: 56, to: 112, by: 8).map { (record + $0, 8) }
        }
      case [68, 65, 84, 65]:  // DATA: the table of the compressed tensor
        let table = Int(Reseal.long(file, compressedRecord(file) + 88))
        fields += stride(from: table, to: table + 24, by: 4).map { ($0, 4) }
      case [86, 79, 67, 66]: break  // VOCB
      default:
        fields += [(0, 2), (2, 2), (4, 4)].map { (start + $0, $1) }
      }
    }
    return fields
  }

  /// Where the record of the largest tensor begins, `layer0.mlp_fc1`.
  static func compressedRecord(_ file: [UInt8]) -> Int {
    Int(Reseal.long(file, 64 + 32 * 2 + 8)) + 112 * 4
  }

  /// The numbers, cut to a width.
  static func values(width: Int, now: UInt64) -> Set<UInt64> {
    let values: [UInt64] = [
      0, 1, .max, .max - 63, 1 << 63, 1 << 63 - 1, 1 << 63 - 63, 1 << 31,
      1 << 32, 1 << 20, 1_000, now &+ 1, now &- 1, now &+ 64, now &- 64,
      now &* 2, 0 &- now, now ^ 1 << 63, now ^ 1 << 31, now ^ 1 << 24,
    ]
    let mask = width == 8 ? UInt64.max : 1 << (8 * width) - 1
    return Set(values.map { $0 & mask }).subtracting([now])
  }

  @Test func everyFieldTakesEveryExtreme() throws {
    let original = try Self.file()
    try #require(original[Self.compressedRecord(original) + 50] == 1)
    let fingerprint = try Checkpoint(bytes: original).fingerprint()
    var tried = 0
    var changed: Set<Int> = []
    for (offset, width) in Self.fields(original) {
      let now = original[offset..<offset + width].reversed().reduce(0) {
        $0 << 8 | UInt64($1)
      }
      for value in Self.values(width: width, now: now) {
        var file = original
        for index in 0..<width {
          file[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
        Reseal.all(&file)
        tried += 1
        guard DamageTests.opensAndVerifies(file) else { continue }
        // What is taken is the same model, but for the number of a version and
        // what stands in sections that no fingerprint covers.
        if try Checkpoint(bytes: file).fingerprint() != fingerprint {
          changed.insert(offset)
        }
      }
    }
    #expect(tried > 1_000)
    // n_head alone changes what is computed and no shape.
    let configuration = Int(Reseal.long(original, 64 + 8))
    #expect(changed == [configuration + 16])
  }
}
