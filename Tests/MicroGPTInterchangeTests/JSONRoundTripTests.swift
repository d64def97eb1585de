import Foundation
import MicroGPTFormat
import MicroGPTInterchange
import MicroGPTRandom
import Testing

@Suite("A checkpoint goes to JSON and back unchanged")
struct JSONRoundTripTests {
  /// Bits that are hard to keep: NaNs with payloads of both signs, infinities,
  /// zeros of both signs, subnormals, the greatest and the least.
  static func hardBits(_ type: ElementType) -> [UInt64] {
    let (fractionBits, width) =
      switch type {
      case .f32: (23, 32)
      case .f64: (52, 64)
      case .bf16: (7, 16)
      case .f16: (10, 16)
      }
    let sign: UInt64 = 1 << (width - 1)
    let infinity: UInt64 = sign - 1 << fractionBits
    let bits: [UInt64] = [
      0, 1, 1 << fractionBits - 1, 1 << fractionBits, infinity - 1, infinity,
      infinity + 1, infinity | 1 << (fractionBits - 1), sign - 1,
    ]
    return bits + bits.map { $0 | sign }
  }

  /// Files with everything that a file may have, drawn at random.
  @Test(arguments: 0..<40)
  func randomFiles(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    var manifest = try Twins.manifest(
      layerCount: .random(in: 1...2, using: &generator),
      embeddingWidth: .random(in: 1...5, using: &generator),
      blockSize: .random(in: 1...40, using: &generator),
      characters: String(
        "\0\n\"\\/\u{7f}\u{85}\u{2028}aéñ日\u{fffd}\u{ffff}😀\u{10ffff}"
          .unicodeScalars.shuffled(using: &generator).prefix(7).map(
            Character.init)))
    let withTraining = Bool.random(using: &generator)
    manifest.tensors = manifest.configuration.tensorDescriptors(
      elementType: .f32, codec: .raw, includingMoments: withTraining)
    for index in manifest.tensors.indices {
      manifest.tensors[index].elementType = try #require(
        ElementType.allCases.randomElement(using: &generator))
      manifest.tensors[index].codec = try #require(
        Codec.allCases.randomElement(using: &generator))
    }
    if withTraining {
      manifest.trainingState = try Properties([
        "step": .integers([7]), "planned_steps": .integers([.max]),
        "some": .integers([0, .max, generator.next()]),
        "rates": .numbers([-0.0, .leastNonzeroMagnitude, 1e300, 0.1, -1]),
      ])
    }
    if Bool.random(using: &generator) {
      manifest.metadata = try Properties([
        "note": .text("“\\\"names\\\"”\n\t/ é😀"), "empty": .text(""),
        "a.b-c_0": .integers([1]),
      ])
    }
    if Bool.random(using: &generator) {
      manifest.unknownSections = ["abcd", "zzZz"].map { tag in
        let count = Int.random(in: 1...9, using: &generator)
        return UnknownSection(
          tag: tag,
          bytes: (0..<count).map { _ in .random(in: 0...255, using: &generator)
          }
        )
      }
    }
    let file = try Twins.file(manifest) { type in
      Bool.random(using: &generator)
        ? generator.next()
        : Self.hardBits(type).randomElement(using: &generator) ?? 0
    }
    let json = try Twins.json(file)
    let pieceByteCount = Int.random(in: 1...700, using: &generator)
    let again = try Twins.file(json: json, pieceByteCount: pieceByteCount)
    #expect(again == file, "seed \(seed)")
  }

  /// Every value of the short types, and NaNs of all of them.
  @Test(arguments: [ElementType.f16, .bf16])
  func everyShortElement(type: ElementType) throws {
    var next: UInt64 = 0
    let file = try Twins.file(
      Twins.manifest(embeddingWidth: 16, blockSize: 4096, elementType: type)
    ) { _ in
      defer { next += 1 }
      return next & 0xffff
    }
    #expect(next > 0xffff)
    #expect(try Twins.file(json: Twins.json(file)) == file)
  }

  /// The text as an independent parser understands it.
  @Test(arguments: [ElementType.f32, .f64, .bf16, .f16])
  func anotherParserAgrees(type: ElementType) throws {
    var generator = SamplerRandom(seed: 3, stream: 0)
    var manifest = try Twins.manifest(
      embeddingWidth: 4, characters: "\u{1}\"\\abé😀", elementType: type,
      codec: .zlib)
    manifest.metadata = try Properties(["a": .text("x"), "b": .text("é")])
    manifest.unknownSections = [
      UnknownSection(tag: "abcd", bytes: [1, 2, 3, 255])
    ]
    let file = try Twins.file(manifest) { type in
      let value = Double.random(in: -2...2, using: &generator)
      return switch type {
      case .f64: value.bitPattern
      case .f32: UInt64(Float(value).bitPattern)
      case .bf16: UInt64(Float(value).bitPattern >> 16)
      case .f16: .random(in: 0...0x7bff, using: &generator)
      }
    }
    let checkpoint = try Checkpoint(bytes: file)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let twin = try decoder.decode(
      DecodedTwin.self, from: Data(Twins.json(file)))
    #expect(twin.format == "microgpt-checkpoint")
    #expect(twin.version == "1.0")
    #expect(twin.vocab == "\u{1}\"\\abé😀")
    #expect(twin.config.tying == "untied")
    #expect(twin.config.nEmbd == 4)
    #expect(twin.config.vocabSize == 8)
    #expect(twin.metadata == ["a": "x", "b": "é"])
    #expect(twin.training == nil)
    #expect(twin.sections.map(\.tag) == ["abcd"])
    #expect(twin.sections.map(\.data) == [Data([1, 2, 3, 255])])
    #expect(twin.tensors.map(\.name) == manifest.tensors.map(\.name))
    #expect(twin.tensors.map(\.shape) == manifest.tensors.map(\.shape))
    for (index, tensor) in twin.tensors.enumerated() {
      #expect(tensor.role == "weight")
      #expect(tensor.dtype == type.name)
      // A small one that would grow is raw.
      #expect(tensor.codec == checkpoint.tensors[index].descriptor.codec.name)
      let expected = try checkpoint.doubles(ofTensorAt: index)
      // A float's shortest decimal is not the double's.
      #expect(
        type == .f64
          ? tensor.data == expected
          : tensor.data.map { Float($0) } == expected.map { Float($0) })
    }
  }

  /// Pieces of a tensor beyond one chunk, a text beyond one buffer.
  @Test func largeTensors() throws {
    let manifest = try Twins.manifest(blockSize: 70_000, codec: .zlib)
    let file = try Twins.file(manifest) { _ in 0x3f80_0000 }
    let json = try Twins.json(file)
    #expect(json.count > 1 << 18)
    #expect(try Twins.file(json: json) == file)
  }

  /// The text as a whole, so that a change of it is seen.
  @Test func theText() throws {
    var manifest = try Twins.manifest(embeddingWidth: 2)
    manifest.metadata = try Properties(["note": .text("é\u{2014}\n")])
    var values: [Float] = [
      0.1, -0.0, .infinity, 1e16, .nan, .leastNonzeroMagnitude,
    ]
    let file = try Twins.file(manifest) { _ in
      UInt64((values.isEmpty ? 1 : values.removeFirst()).bitPattern)
    }
    let text = String(decoding: try Twins.json(file), as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"""
        {
          "format": "microgpt-checkpoint",
          "version": "1.0",
          "config": {
            "architecture": "microgpt",
            "activation": "relu",
            "tying": "untied",
            "n_layer": 1,
            "n_head": 1,
            "n_embd": 2,
            "block_size": 1,
            "vocab_size": 2
          },
          "vocab": "a",
          "metadata": {
            "note": "é—\n"
          },
          "tensors": [
            {"name": "layer0.attn_wk", "role": "weight", "dtype": "f32", "shape": [2, 2], "codec": "raw", "data": [
              0.1, -0.0,
              "Infinity", 1e+16
            ]},
            {"name": "layer0.attn_wo", "role": "weight", "dtype": "f32", "shape": [2, 2], "codec": "raw", "data": [
              "NaN:7fc00000", 1e-45,
              1.0, 1.0
            ]},

        """#))
    #expect(text.hasSuffix("\n    ]}\n  ]\n}\n"))
  }
}

/// The twin as Foundation decodes it; base64 is how it reads data.
private struct DecodedTwin: Decodable {
  struct Config: Decodable {
    var tying: String
    var nEmbd: Int
    var vocabSize: Int
  }
  struct Section: Decodable {
    var tag: String
    var data: Data
  }
  struct Tensor: Decodable {
    var name: String
    var role: String
    var dtype: String
    var shape: [Int]
    var codec: String
    var data: [Double]
  }
  var format: String
  var version: String
  var config: Config
  var vocab: String
  var metadata: [String: String]
  var training: [String: String]?
  var sections: [Section]
  var tensors: [Tensor]
}
