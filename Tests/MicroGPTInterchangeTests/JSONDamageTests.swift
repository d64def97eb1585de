import MicroGPTFormat
import MicroGPTInterchange
import MicroGPTRandom
import Testing

@Suite("JSON that is no checkpoint is refused")
struct JSONDamageTests {
  /// A twin with every kind of field, or all but the state of training and
  /// its many tensors.
  static func text(withTraining: Bool = true) throws -> String {
    var manifest = try Twins.manifest(elementType: .bf16)
    if withTraining {
      manifest.tensors = manifest.configuration.tensorDescriptors(
        elementType: .bf16, codec: .raw, includingMoments: true)
      manifest.trainingState = try Properties([
        "planned_steps": .integers([9]), "rate": .numbers([0.5]),
        "some": .integers([7, 8]), "step": .integers([7]),
      ])
    }
    manifest.metadata = try Properties(["notes": .text("é\n")])
    manifest.unknownSections = [UnknownSection(tag: "abcd", bytes: [1, 2])]
    let file = try Twins.file(manifest) { _ in 0x3f80 }
    return String(decoding: try Twins.json(file), as: UTF8.self)
  }

  static func error(_ json: String) throws -> JSONCheckpointError {
    try #require(throws: JSONCheckpointError.self) {
      _ = try Twins.file(json: json)
    }
  }

  @Test(arguments: Change.all)
  func everyErrorNamesItsPlace(change: Change) throws {
    let text = try Self.text()
    try #require(text.contains(change.old))
    let error = try Self.error(
      text.replacing(change.old, with: change.new, maxReplacements: 1))
    #expect(error.description == change.error)
  }

  @Test func everyTruncationIsRefused() throws {
    let json = Array(try Self.text(withTraining: false).utf8)
    // Without the last newline it is whole.
    let accepted = json.indices.dropLast().filter {
      (try? Twins.file(json: Array(json[..<$0]))) != nil
    }
    #expect(accepted.isEmpty)
    #expect(throws: Never.self) { try Twins.file(json: json.dropLast()) }
  }

  /// Bytes of every kind in every place: an error or a file, never a trap.
  @Test func noSubstitutionTraps() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let json = Array(try Self.text().utf8)
    var refusedCount = 0
    var changed = json
    for index in json.indices {
      // Of the many tensors, which are alike, one and the last.
      guard index < 900 || index > json.count - 100 else { continue }
      let bytes = Array("\"\\{}[],:-9e\0".utf8)
      for byte in bytes.shuffled(using: &generator).prefix(1) + [
        .random(in: 0...255, using: &generator), json[index] ^ 0x80,
      ] {
        changed[index] = byte
        do {
          _ = try Twins.file(json: changed)
        } catch {
          #expect(error is JSONCheckpointError, "seed \(seed)")
          refusedCount += 1
        }
      }
      changed[index] = json[index]
    }
    #expect(refusedCount > 500)
  }

  @Test func malformedUTF8IsRefused() throws {
    let text = try Self.text()
    let sequences: [[UInt8]] = [
      [0x80], [0xc0, 0x80], [0xc3], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80],
      [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xe2, 0x82],
    ]
    for sequence in sequences {
      let parts = text.split(separator: "é\\n", maxSplits: 1)
      let json = Array(parts[0].utf8) + sequence + Array(parts[1].utf8)
      let error = try #require(throws: JSONCheckpointError.self) {
        try Twins.file(json: json)
      }
      #expect(error.field == "metadata.notes")
      #expect(error.byteOffset == parts[0].utf8.count)
      #expect(error.found == "the byte 0x\(String(sequence[0], radix: 16))")
      #expect(error.expected == "well-formed UTF-8")
    }
  }

  @Test func whatIsNoJSONIsRefused() throws {
    let text = try Self.text()
    #expect(
      try Self.error("").description
        == "document at byte 0 (line 1, column 1): found the end of the text,"
        + " expected “{”")
    #expect(
      try Self.error("\u{feff}" + text).description
        == "document at byte 0 (line 1, column 1): found a byte-order mark,"
        + " expected UTF-8 without one")
    #expect(try Self.error("{}").found == "no tensors")
    #expect(try Self.error("[" + text + "]").found == "an array")
    #expect(try Self.error("\u{89}MGP").found == "the byte 0xc2")
    let late = try Self.error(
      text.replacing("\n  ]\n}\n", with: "\n  ], \"metadata\": {}}")
        .replacing("\"metadata\": {\n    \"notes\": \"é\\n\"\n  },", with: ""))
    #expect(late.field == "document")
    #expect(late.found == "metadata after tensors")
  }

  @Test func longItemsAreRefused() throws {
    let text = try Self.text()
    func error(_ old: String, _ new: String) throws -> JSONCheckpointError {
      try Self.error(text.replacing(old, with: new, maxReplacements: 1))
    }
    let long = String(repeating: "1", count: 1 << 20) + "1"
    #expect(
      try error("\"notes\"", "\"\(long)\"").found
        == "a string of more than 64 bytes")
    #expect(
      try error("\"é\\n\"", "\"\(long)\"").found
        == "a string of more than 1048576 bytes")
    #expect(
      try error("[0.5]", "[0.\(long)]").expected
        == "a number of at most 512 characters")
    #expect(
      try error("[0.5]", "[\(String(repeating: "0,", count: 1 << 17))0]").found
        == "another item")
    let list = Array(repeating: "[", count: 100_000).joined()
    #expect(try error("[0.5]", list).found == "an array")
  }
}
