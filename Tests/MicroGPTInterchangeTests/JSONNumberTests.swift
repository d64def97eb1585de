import MicroGPTFormat
import MicroGPTInterchange
import MicroGPTRandom
import Testing

@Suite("Numbers are rounded once")
struct JSONNumberTests {
  /// The bits of elements that are written in some way, by way of a model
  /// with so many positions.
  static func bits(_ texts: [String], _ type: ElementType) throws -> [UInt64] {
    let manifest = try Twins.manifest(
      blockSize: texts.count, elementType: type)
    let json = String(
      decoding: try Twins.json(Twins.file(manifest) { _ in 0 }), as: UTF8.self)
    // The positions' embeddings, the last tensor by name but one.
    let start = try #require(json.range(ofDataIn: "wpe"))
    let changed = json.replacingData(in: start, with: texts)
    let checkpoint = try Checkpoint(bytes: Twins.file(json: changed))
    let index = try #require(
      checkpoint.tensors.firstIndex { $0.descriptor.name == "wpe" })
    var reader = try TensorReader(checkpoint, tensorAt: index)
    var bits: [UInt64] = []
    while let chunk = try reader.next() {
      for offset in stride(from: 0, to: chunk.count, by: type.byteCount) {
        bits.append(
          chunk[offset..<offset + type.byteCount].reversed().reduce(0) {
            $0 << 8 | UInt64($1)
          })
      }
    }
    return bits
  }

  /// Decimals of many forms and magnitudes.
  static func texts(
    _ count: Int, using generator: inout SamplerRandom
  ) -> [String] {
    (0..<count).map { index in
      let isWhole = Bool.random(using: &generator)
      let first = Int.random(in: 0...9, using: &generator)
      var text = Bool.random(using: &generator) ? "-" : ""
      func digits(_ count: Int) -> String {
        (0..<count).map { _ in
          String(Int.random(in: 0...9, using: &generator))
        }.joined()
      }
      text += String(first)
      if first != 0 { text += digits(.random(in: 0...20, using: &generator)) }
      if !isWhole {
        text += "." + digits(.random(in: 1...30, using: &generator))
      }
      switch Int.random(in: 0...2, using: &generator) {
      case 0: text += "e\(Int.random(in: -60...16, using: &generator))"
      case 1: text += "E+0\(Int.random(in: 0...12, using: &generator))"
      default: break
      }
      return text
    }
  }

  /// Decimals at, above and below the middle between two neighbours.
  static func midways(
    _ count: Int, using generator: inout SamplerRandom
  ) -> [String] {
    (0..<count).map { _ in
      let low = Float.random(in: 1e-4...1e6, using: &generator)
      let middle = (Double(low) + Double(low.nextUp)) / 2
      let tail =
        ["", "0000000001", "00"].randomElement(using: &generator) ?? ""
      let text = Bool.random(using: &generator) ? middle.nextDown : middle
      let description = text.description
      return description.contains("e") ? description : description + tail
    }
  }

  @Test func theStandardLibraryAgrees() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let texts =
      Self.texts(3_000, using: &generator)
      + Self.midways(1_000, using: &generator)
    let floats = try Self.bits(texts, .f32)
    let doubles = try Self.bits(texts, .f64)
    for (index, text) in texts.enumerated() {
      let float = try #require(Float(text))
      let double = try #require(Double(text))
      #expect(floats[index] == float.bitPattern, "\(text), seed \(seed)")
      #expect(doubles[index] == double.bitPattern, "\(text), seed \(seed)")
    }
  }

  @Test func everyWayToWriteANumber() throws {
    let texts = [
      "1E0", "0.10", "-0", "-0.0e7", "1e-400", "-1e-99999999999999999999",
      "0e99999999999999999999", "1e-50", "1e-45", "7.0064923216240853e-46",
      "7.0064923216240854e-46", "3.4028235677973366e38", "16777217",
      "16777217.000000000000000000000000001", "0.00000000000000000000000001e26",
      "1" + String(repeating: "0", count: 38),
      "0." + String(repeating: "0", count: 500) + "1",
      #""Infinity""#, #""-Infinity""#, #""NaN:7f800001""#,
      #""NaN:FFFFFFFF""#, #""\u004eaN:7fc00000""#,
    ]
    let expected: [UInt32] = [
      0x3f80_0000, 0x3dcc_cccd, 0x8000_0000, 0x8000_0000, 0, 0x8000_0000,
      0, 0, 1, 0,
      1, 0x7f7f_ffff, 0x4b80_0000,
      0x4b80_0001, 0x3f80_0000,
      Float(1e38).bitPattern,
      0,
      0x7f80_0000, 0xff80_0000, 0x7f80_0001,
      0xffff_ffff, 0x7fc0_0000,
    ]
    #expect(try Self.bits(texts, .f32) == expected.map(UInt64.init))
  }

  @Test func shortTypesRoundToEven() throws {
    // One and its neighbour are 2^-7 apart in bf16, 2^-10 in f16.
    let bf16 = ["1.00390625", "1.0039064", "1.01171875", "3.3895e38", "1e-45"]
    #expect(
      try Self.bits(bf16, .bf16) == [0x3f80, 0x3f81, 0x3f82, 0x7f7f, 0])
    let f16 = [
      "1.00048828125", "1.0004885", "1.00146484375", "65519.99", "-65504",
      "2.9802322387695312e-08", "2.9802326e-08", "8.940697e-08", "6.1e-05",
      "6.103515625e-05", "6.1020254e-05", "-1e-9",
    ]
    #expect(
      try Self.bits(f16, .f16) == [
        0x3c00, 0x3c01, 0x3c02, 0x7bff, 0xfbff, 0, 1, 2, 0x3ff, 0x400, 0x400,
        0x8000,
      ])
  }

  @Test(arguments: [
    ("3.4028235677973367e38", ElementType.f32), ("-1e39", .f32),
    ("1e309", .f64), ("1e99999999999999999999", .f64),
    ("3.4e38", .bf16), ("65520", .f16), ("-1e30", .f16),
    ("1" + String(repeating: "0", count: 400), .f64),
  ])
  func whatIsTooLargeIsRefused(text: String, type: ElementType) throws {
    let error = try #require(throws: JSONCheckpointError.self) {
      _ = try Self.bits(["1", text], type)
    }
    #expect(error.found == text)
    #expect(error.field == "tensors[7].data[1]")
    #expect(error.expected == "a number that \(type.name) can hold")
  }
}

extension String {
  /// The numbers of a tensor in a twin, with their brackets.
  func range(ofDataIn tensor: String) -> Range<String.Index>? {
    guard let name = firstRange(of: "\"name\": \"\(tensor)\""),
      let start = self[name.upperBound...].firstRange(of: "\"data\": "),
      let end = self[start.upperBound...].firstIndex(of: "]")
    else { return nil }
    return start.upperBound..<index(after: end)
  }

  func replacingData(
    in range: Range<String.Index>, with numbers: [String]
  ) -> String {
    var changed = self
    changed.replaceSubrange(
      range, with: "[" + numbers.joined(separator: ",") + "]")
    return changed
  }
}
