import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

@Suite struct ChecksumTests {
  /// The definition, bit by bit.
  private static func reference(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { state, _ in
        state >> 1 ^ (state & 1 == 1 ? 0xedb8_8320 : 0)
      }
    }
  }

  /// All lengths about the folded blocks, at any address, in two pieces and
  /// as two checksums.
  @Test func everyLengthIsThatOfTheDefinition() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let bytes = (0..<600).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
    for length in 0...320 {
      let start = Int.random(in: 0...200, using: &generator)
      let middle = start + Int.random(in: 0...length, using: &generator)
      let end = start + length
      let expected = Self.reference(bytes[start..<end])
      bytes.withUnsafeBytes { bytes in
        var inPieces = CRC32()
        inPieces.update(.init(rebasing: bytes[start..<middle]))
        var rest = CRC32()
        rest.update(.init(rebasing: bytes[middle..<end]))
        var combined = inPieces
        combined.append(rest, byteCount: end - middle)
        inPieces.update(.init(rebasing: bytes[middle..<end]))
        #expect(CRC32.of(bytes[start..<end]) == expected, "seed \(seed)")
        #expect(inPieces.value == expected, "seed \(seed)")
        #expect(combined.value == expected, "seed \(seed)")
      }
    }
  }
}

/// Against the encoder that tries everything.
@Suite struct EncoderTests {
  /// Elements of many kinds: for each plane bytes of some spread, the last one
  /// as exponents are.
  private static func elements(
    count: Int, width: Int, using generator: inout SamplerRandom
  ) -> [UInt8] {
    var elements = [UInt8](repeating: 0, count: count * width)
    for plane in 0..<width {
      let kind = Int.random(in: 0...5, using: &generator)
      let base = UInt8.random(in: 0...255, using: &generator)
      let rarity = UInt64.random(in: 30...20_000, using: &generator)
      for index in 0..<count {
        let random = generator.next()
        let noise = UInt8(truncatingIfNeeded: random)
        let isRare = (random >> 8) % rarity == 0
        elements[index * width + plane] =
          switch kind {
          case 0: noise
          case 1: base
          case 2: isRare ? noise : base &+ noise % 225
          case 3: isRare ? noise : base &+ noise % 15
          case 4: noise & base
          default: UInt8(truncatingIfNeeded: UInt64(index) / rarity)
          }
      }
    }
    return elements
  }

  @discardableResult
  private static func expectSame(
    _ elements: [UInt8], width: Int, _ encoder: ChunkEncoder, _ note: Comment
  ) throws -> (entry: [UInt8], parts: [UInt8]) {
    let expected = try TryingEncoder.encode(elements, width: width)
    let (entry, parts) = elements.withUnsafeBytes {
      let coded = encoder.encode($0, width: width)
      return (Array(coded.entry), Array(coded.parts))
    }
    #expect(entry == expected.entry, note)
    #expect(parts == expected.parts, note)
    return expected
  }

  @Test(arguments: [2, 4, 8])
  func allKindsOfElements(width: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let encoder = try ChunkEncoder(byteCount: ChunkTable.chunkByteCount)
    for round in 0..<40 {
      // Few elements, a whole chunk, and what ends within a block of deflate.
      let maximum = ChunkTable.chunkByteCount / width
      let count =
        switch round {
        case 0: maximum
        case 1: Int.random(in: 1...maximum, using: &generator)
        default: Int.random(in: 1...1_000, using: &generator)
        }
      try Self.expectSame(
        Self.elements(count: count, width: width, using: &generator),
        width: width, encoder, "seed \(seed), round \(round)")
    }
  }

  /// Planes that save just 1/64, or just not: where the proof ends.
  @Test func planesAboutTheThreshold() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let encoder = try ChunkEncoder(byteCount: ChunkTable.chunkByteCount)
    var proven = 0
    var deflated = 0
    for values: UInt64 in [200, 216, 224, 228, 232, 236, 240, 244, 256] {
      let plane = (0..<32_767 + Int(values % 3)).map { _ in
        UInt8(truncatingIfNeeded: (generator.next() >> 8) % values)
      }
      let isProven = plane.withUnsafeBytes { ByteCounts($0).isIncompressible }
      // As the lower byte of elements of two.
      let (entry, _) = try Self.expectSame(
        plane.flatMap { [$0, 0] }, width: 2, encoder, "seed \(seed)")
      proven += isProven ? 1 : 0
      deflated += Int(entry[11])  // the kind of the first part
    }
    #expect(proven >= 2 && deflated >= 2)
  }
}
