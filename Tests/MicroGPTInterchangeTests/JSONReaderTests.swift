import MicroGPTFormat
import MicroGPTInterchange
import Testing

@Suite("The twin is read as other software may write it")
struct JSONReaderTests {
  private struct Interruption: Error {}

  static func file() throws -> [UInt8] {
    var manifest = try Twins.manifest(characters: "/aé😀")
    manifest.metadata = try Properties([
      "b": .integers([1, 2]), "a": .text("x/y"),
    ])
    return try Twins.file(manifest) { _ in UInt64(Float(0.1).bitPattern) }
  }

  static func json() throws -> String {
    String(decoding: try Twins.json(file()), as: UTF8.self)
  }

  @Test(arguments: [
    ("0.1", "0.10"), ("0.1", "1E-1"), ("0.1", "100e-0003"),
    ("0.1", "0.1000000000000000055511151231257827"),
    ("0.1", "0.100000001490116"),
    ("\"n_head\": 1", "\"n_head\" : 1.0"),
    ("\"n_head\": 1", "\"n_head\":10e-1"),
    ("\"shape\": [1, 1]", "\"shape\": [0.1e1,\r\n\t1.0]"),
    ("\"/aé😀\"", #""\/\u0061\u00E9\uD83D\ude00""#),
    ("\"relu\"", #""\u0072elu""#),
    ("\"format\"", #""\u0066ormat""#),
    ("\"version\": \"1.0\",", "\"sections\": [],\"version\": \"1.0\","),
    ("\n", ""), ("\n", "\r\n"), ("\n", "\n\t \n"), (": ", ":"), (", ", " ,"),
  ])
  func spellings(old: String, new: String) throws {
    let json = try Self.json()
    try #require(json.contains(old))
    #expect(
      try Twins.file(json: json.replacing(old, with: new)) == Self.file())
  }

  @Test func theOrderOfKeys() throws {
    let tensor = #""name": "wte", "role": "weight", "dtype": "f32""#
    let json = try Self.json()
      .replacing("\"architecture\": \"microgpt\",", with: "")
      .replacing(
        "\"vocab_size\": 5",
        with: "\"vocab_size\": 5, \"architecture\": \"microgpt\""
      )
      .replacing(
        tensor, with: #""dtype": "f32", "role": "weight", "name": "wte""#
      )
      .replacing("{\n  \"format\": \"microgpt-checkpoint\",", with: "{")
      .replacing(
        "\"tensors\"", with: "\"format\": \"microgpt-checkpoint\", \"tensors\""
      )
      .replacing(
        "\"a\": \"x/y\",\n    \"b\": [\"1\", \"2\"]",
        with: "\"b\": [\"1\", \"2\"], \"a\": \"x/y\"")
    #expect(try json != Self.json())
    #expect(try Twins.file(json: json) == Self.file())
  }

  /// Items at every place against the end of the buffer.
  @Test func piecesOfAnyLength() throws {
    let file = try Self.file()
    let json = try Twins.json(file)
    for pieceByteCount in 1...40 {
      #expect(
        try Twins.file(json: json, pieceByteCount: pieceByteCount) == file)
    }
    for count in (1 << 16 - 40)...(1 << 16) {
      let padded = Array(repeating: UInt8(ascii: " "), count: count) + json
      #expect(try Twins.file(json: padded) == file)
    }
  }

  /// Whatever changes between the two readings, no tensor gets too many bytes,
  /// and what gets too few ends in an error.
  @Test func aTextThatChangesIsRefused() throws {
    let short = try JSONDamageTests.text(withTraining: false)
    let long = try JSONDamageTests.text()
    let texts = [
      (long, short, "document"), (short, long, "tensors[9].data"),
      (short, short.replacing("\"bf16\"", with: "\"f64\""), "tensors[0].data"),
      (short, short.replacing("1.0\n", with: "1.0, 2\n"), "tensors[0].data"),
      (short, short.replacing("\"notes\"", with: "\"name\""), "document"),
    ]
    for (first, second, field) in texts {
      var next = first
      let reader = try JSONCheckpointReader {
        defer { next = second }
        return Twins.source(Array(next.utf8))
      }
      var byteCounts = reader.manifest.tensors.map { _ in 0 }
      let error = try #require(throws: JSONCheckpointError.self) {
        try reader.readElements { byteCounts[$0] += $1.count }
      }
      #expect(error.field == field)
      #expect(
        zip(byteCounts, reader.manifest.tensors).allSatisfy {
          $0 <= $1.byteCount
        })
    }
  }

  @Test func errorsOfTheCallerPassThrough() throws {
    let json = Array(try Self.json().utf8)
    #expect(throws: Interruption.self) {
      _ = try JSONCheckpointReader { throw Interruption() }
    }
    #expect(throws: Interruption.self) {
      _ = try JSONCheckpointReader { { _ in throw Interruption() } }
    }
    let reader = try JSONCheckpointReader { Twins.source(json) }
    #expect(throws: Interruption.self) {
      try reader.readElements { _, _ in throw Interruption() }
    }
    let checkpoint = try Checkpoint(bytes: Self.file())
    #expect(throws: Interruption.self) {
      try checkpoint.writeJSON { _ in throw Interruption() }
    }
  }

  @Test func aDamagedCheckpointHasNoTwin() throws {
    var file = try Self.file()
    let tensor = try #require(Checkpoint(bytes: file).tensors.last)
    file[tensor.offset] ^= 1
    #expect(throws: CheckpointError.self) { try Twins.json(file) }
  }

  /// The elements come with the index of their tensor.
  @Test func tensorsAreNumbered() throws {
    let reader = try JSONCheckpointReader {
      Twins.source(Array(try Self.json().utf8))
    }
    #expect(reader.manifest == (try Checkpoint(bytes: Self.file())).manifest)
    var byteCounts = reader.manifest.tensors.map { _ in 0 }
    try reader.readElements { byteCounts[$0] += $1.count }
    #expect(byteCounts == reader.manifest.tensors.map(\.byteCount))
  }
}
