import MicroGPTFormat
import Testing

/// Elements that are not finite: legal, and found (spec: section 14.7).
@Suite struct NonFiniteTests {
  /// Bits of elements, the first of which are just within the limit.
  private static let bits: [(ElementType, fine: [UInt64], found: [UInt64])] = [
    (
      .f32, [0, 0x7f7f_ffff, 0xff7f_ffff, 1],
      [0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xff80_0001, 0x7fff_ffff]
    ),
    (.bf16, [0, 0x7f7f, 0xff7f], [0x7f80, 0xff80, 0x7fc1, 0xffff]),
    (.f16, [0, 0x7bff, 0xfbff], [0x7c00, 0xfc00, 0x7e00, 0xfdff]),
    // The halfway case rounds to 2^128.
    (
      .f64, [0, 0x47ef_ffff_efff_ffff, 0xc7ef_ffff_efff_ffff],
      [
        0x47ef_ffff_f000_0000, 0xc7ef_ffff_f000_0000,
        (1e300).bitPattern, 0x7ff0_0000_0000_0000, 0xfff8_0000_0000_0001,
      ]
    ),
  ]

  private static func bytes(_ type: ElementType, _ bits: UInt64) -> [UInt8] {
    Array(Models.bytes(of: bits).prefix(type.byteCount))
  }

  @Test(arguments: Codec.allCases)
  func theyAreFoundAtAnyIndex(codec: Codec) throws {
    for (type, fine, found) in Self.bits {
      // Tensors of 4 to 263,168 elements, so of several chunks.
      let manifest = try Models.manifest(
        embeddingWidth: 4, blockSize: 65_792, characterCount: 2,
        elementType: type, codec: codec)
      for (bits, start) in zip(found, [0, 63, 64, 130_000, 263_166]) {
        let file = MemoryFile()
        let writer = try CheckpointWriter(manifest, to: file)
        var wpe = 0
        for (index, tensor) in manifest.tensors.enumerated() {
          var elements = (0..<tensor.elementCount).flatMap {
            Self.bytes(type, fine[$0 % fine.count])
          }
          if tensor.name == "wpe" {
            wpe = index
            for place in [start, start + 1] {
              elements.replaceSubrange(
                place * type.byteCount..<(place + 1) * type.byteCount,
                with: Self.bytes(type, bits))
            }
          }
          try writer.append(elements)
        }
        try writer.finish()
        let checkpoint = try Checkpoint(bytes: file.bytes)
        try checkpoint.verify()
        for result in [
          try checkpoint.verifyFindingNonFinite(),
          try checkpoint.nonFiniteElements(),
        ] {
          #expect(result.count == 1)
          #expect(result.first?.tensorIndex == wpe)
          #expect(result.first?.count == 2)
          #expect(result.first?.first.index == start)
          #expect(result.first?.first.tensorName == "wpe")
        }
      }
    }
  }

  @Test func whatIsFiniteIsNotFound() throws {
    let checkpoint = try Checkpoint(
      bytes: Models.file(Models.manifest(embeddingWidth: 8)))
    #expect(try checkpoint.verifyFindingNonFinite().isEmpty)
  }

  @Test func anErrorSaysWhatStandsWhere() throws {
    let manifest = try Models.manifest(elementType: .f64)
    for (value, words) in [
      (Double.nan, "nan, expected a finite number"),
      (-Double.infinity, "-inf, expected a finite number"),
      (1e300, "1e+300, expected a finite number within the range of f32"),
    ] {
      let element = NonFiniteElement(
        manifest.tensors[0], index: 17, value: value)
      #expect(
        "\(CheckpointError.notFinite(element))"
          == "\(manifest.tensors[0].name)[17] is \(words)")
    }
  }
}
