import MicroGPTFormat
import MicroGPTRandom
import Testing

@Suite("What is written is read again")
struct RoundTripTests {
  @Test(arguments: ElementType.allCases, Codec.allCases)
  func everyElementTypeAndCodec(type: ElementType, codec: Codec) throws {
    let manifest = try Models.manifest(
      layerCount: 2, headCount: 2, embeddingWidth: 6, blockSize: 3,
      characterCount: 5, elementType: type, codec: codec)
    let file = try Models.file(manifest)
    let checkpoint = try Checkpoint(bytes: file)
    #expect(checkpoint.manifest.with(codec: codec) == manifest)
    #expect(checkpoint.version.description == "1.0")
    try checkpoint.verify()
    var generator = SamplerRandom(seed: 1, stream: 0)
    for (index, tensor) in manifest.tensors.enumerated() {
      let written = Models.elements(of: tensor, using: &generator)
      #expect(try checkpoint.bytes(ofTensorAt: index) == written)
    }
  }

  /// A tensor of one chunk is compressed only where that makes it shorter.
  @Test(arguments: [
    (1 << 16, 0.0, Codec.zlib), (1 << 16, 1, .raw), ((1 << 16) + 1, 1, .zlib),
    (8, 0, .raw), (32, 0.5, .raw), (4_096, 0.5, .zlib),
  ])
  func noiseStaysRaw(
    elementCount: Int, noise: Double, expected: Codec
  ) throws {
    var generator = SamplerRandom(seed: 3, stream: 0)
    let file = MemoryFile()
    let writer = try CheckpointWriter(
      Models.manifest(blockSize: elementCount, codec: .zlib), to: file)
    for tensor in writer.manifest.tensors {
      try writer.append(
        (0..<tensor.byteCount).map { index in
          let isNoise = Double(index % 4) < 4 * noise
          return isNoise ? UInt8.random(in: 0...255, using: &generator) : 0x3f
        })
    }
    try writer.finish()
    let checkpoint = try Checkpoint(bytes: file.bytes)
    try checkpoint.verify()
    let record = try #require(
      checkpoint.tensors.first { $0.descriptor.name == "wpe" })
    #expect(record.descriptor.codec == expected)
    #expect(
      record.storedByteCount
        <= record.descriptor.byteCount + record.descriptor.byteCount / 1_000)
  }

  /// Random bytes of every kind through both codecs, over the ends of chunks.
  @Test(arguments: 0..<40)
  func randomTensors(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let type = try #require(
      ElementType.allCases.randomElement(using: &generator))
    let width = Int.random(in: 1...(round == 0 ? 200 : 24), using: &generator)
    let manifest = try Models.manifest(
      embeddingWidth: width,
      blockSize: Int.random(in: 1...9, using: &generator),
      characterCount: Int.random(in: 1...40, using: &generator),
      elementType: type, codec: .zlib)
    let file = MemoryFile()
    let writer = try CheckpointWriter(manifest, to: file)
    var tensors: [[UInt8]] = []
    for tensor in manifest.tensors {
      let spread = UInt8.random(in: 0...255, using: &generator)
      let bytes = (0..<tensor.byteCount).map { _ in
        UInt8.random(in: 0...spread, using: &generator)
      }
      tensors.append(bytes)
      // In pieces of any length.
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...rest.count, using: &generator)
        try writer.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
    }
    try writer.finish()
    let checkpoint = try Checkpoint(bytes: file.bytes)
    for index in tensors.indices {
      #expect(
        try checkpoint.bytes(ofTensorAt: index) == tensors[index],
        "seed \(seed)")
    }
  }

  @Test func largeTensorsHaveSeveralChunks() throws {
    let manifest = try Models.manifest(
      headCount: 4, embeddingWidth: 160, blockSize: 700, elementType: .f32,
      codec: .zlib)
    let checkpoint = try Checkpoint(bytes: Models.file(manifest))
    try checkpoint.verify()
    let largest = try #require(
      checkpoint.tensors.max {
        $0.descriptor.byteCount < $1.descriptor.byteCount
      })
    #expect(largest.descriptor.byteCount > 256 * 1024)
    #expect(largest.storedByteCount < largest.descriptor.byteCount)
  }

  @Test func theSameModelGivesTheSameBytes() throws {
    let manifest = try Models.manifest(embeddingWidth: 8, codec: .zlib)
    #expect(try Models.file(manifest) == Models.file(manifest))
  }

  @Test func optionalSectionsAreKept() throws {
    var manifest = try Models.manifest()
    let tensors = manifest.configuration.tensorDescriptors(
      elementType: .f32, codec: .zlib, includingMoments: true)
    manifest.tensors = tensors
    manifest.trainingState = try Properties([
      "step": .integers([7]), "planned_steps": .integers([8]),
      "rates": .numbers([0.25, -1]),
    ])
    manifest.metadata = try Properties(["note": .text("names\nand more")])
    manifest.unknownSections = [
      UnknownSection(tag: "abCd", bytes: [1, 2, 3]),
      UnknownSection(tag: "zzzz", bytes: [4]),
    ]
    let checkpoint = try Checkpoint(bytes: Models.file(manifest))
    #expect(checkpoint.manifest.with(codec: .zlib) == manifest)
    #expect(
      checkpoint.sections.map(\.tag) == [
        "CONF", "VOCB", "TDIR", "DATA", "oPTM", "mETa", "abCd", "zzzz",
      ])
  }
}
