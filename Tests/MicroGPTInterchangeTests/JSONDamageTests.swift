import MicroGPTFormat
import MicroGPTInterchange
import Testing

@Suite("JSON that is no checkpoint is refused")
struct JSONDamageTests {
  /// A twin with every kind of field.
  static func text() throws -> String {
    var manifest = try Twins.manifest()
    manifest.tensors = manifest.configuration.tensors(
      elementType: .bf16, codec: .raw, withMoments: true)
    manifest.trainingState = try Properties([
      "step": .integers([7, 8]), "rate": .numbers([0.5]),
    ])
    manifest.metadata = try Properties(["title": .text("é\n")])
    manifest.otherSections = [OtherSection(tag: "abcd", bytes: [1, 2])]
    let file = try Twins.file(manifest) { _ in 0x3f80 }
    return String(decoding: try Twins.json(file), as: UTF8.self)
  }

  static func error(_ json: String) throws -> JSONCheckpointError {
    try #require(throws: JSONCheckpointError.self) {
      _ = try Twins.file(json: json)
    }
  }

  /// What is replaced by what, and the error that this makes.
  static let changes: [(String, String, String)] = [
    ("{\n", "", "x"),
    ("microgpt-checkpoint", "gguf", "x"),
    ("\"1.0\"", "\"1.1\"", "x"),
    ("\"1.0\"", "1.0", "x"),
    ("\"version\"", "\"versions\"", "x"),
    ("\"version\"", "\"format\"", "x"),
    ("  \"version\": \"1.0\",\n", "", "x"),
    ("\"format\"", "format", "x"),
    ("\"format\":", "\"format\"", "x"),
    ("\"1.0\",", "\"1.0\"", "x"),
    ("\"relu\"", "\"gelu\"", "x"),
    ("\"n_layer\": 1", "\"n_layer\": 1.5", "x"),
    ("\"n_layer\": 1", "\"n_layer\": -1", "x"),
    ("\"n_layer\": 1", "\"n_layer\": 01", "x"),
    ("\"n_layer\": 1", "\"n_layer\": 9223372036854775808", "x"),
    ("\"n_layer\": 1", "\"n_layer\": 1001", "x"),
    ("\"n_layer\": 1", "\"n_layer\": true", "x"),
    ("\"n_layer\": 1", "\"n_layer\": 2", "x"),
    ("\"n_head\": 1", "\"n_head\": 3", "x"),
    ("\"n_head\": 1,\n    ", "", "x"),
    ("\"vocab_size\": 2\n", "\"vocab_size\": 2,\n", "x"),
    ("\"vocab_size\": 2", "\"vocab_size\": 3", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": \"\"", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": \"ba\"", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": \"\\ud800\"", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": \"\\udc00\\ud800\"", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": \"\\x41\"", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": \"\t\"", "x"),
    ("\"vocab\": \"a\"", "\"vocab\": null", "x"),
    ("\"title\"", "\"Title\"", "x"),
    ("\"title\"", "\"title\": \"x\", \"t\\u0069tle\"", "x"),
    ("\"é\\n\"", "\"\\u0000\"", "x"),
    ("\"é\\n\"", "3", "x"),
    ("\"title\": \"é\\n\"", "", "x"),
    ("[\"7\", \"8\"]", "[]", "x"),
    ("[\"7\", \"8\"]", "[\"7\", 8]", "x"),
    ("[\"7\", \"8\"]", "[\"07\"]", "x"),
    ("[\"7\", \"8\"]", "[\"18446744073709551616\"]", "x"),
    ("[0.5]", "[1e999]", "x"),
    ("[0.5]", "[\"Infinity\"]", "x"),
    ("\"abcd\"", "\"Abcd\"", "x"),
    ("\"abcd\"", "\"mETa\"", "x"),
    ("\"AQI=\"", "\"AQI\"", "x"),
    ("\"AQI=\"", "\"AQJ=\"", "x"),
    ("\"AQI=\"", "\"\"", "x"),
    ("\"tag\": \"abcd\", ", "", "x"),
    ("layer0.attn_wk", "layer0.attn_wq", "x"),
    ("\"weight\"", "\"adam_m\"", "x"),
    ("\"bf16\"", "\"f8\"", "x"),
    ("\"raw\"", "\"zstd\"", "x"),
    ("\"shape\": [1, 1]", "\"shape\": [1]", "x"),
    ("\"shape\": [1, 1]", "\"shape\": [1, 1, 1]", "x"),
    ("\"shape\": [1, 1]", "\"shape\": \"1\"", "x"),
    ("\"codec\": \"raw\", ", "", "x"),
    ("\n    ]}", "\n    ], \"dtype\": \"f32\"}", "x"),
    ("\n    ]}", "\n    ], \"bias\": 0}", "x"),
    ("[\n      1.0\n    ]", "[]", "x"),
    ("[\n      1.0\n    ]", "[1, 1]", "x"),
    ("[\n      1.0\n    ]", "[1,]", "x"),
    ("[\n      1.0\n    ]", "[,1]", "x"),
    ("[\n      1.0\n    ]", "[1 1]", "x"),
    ("[\n      1.0\n    ]", "[+1]", "x"),
    ("[\n      1.0\n    ]", "[.5]", "x"),
    ("[\n      1.0\n    ]", "[5.]", "x"),
    ("[\n      1.0\n    ]", "[1e]", "x"),
    ("[\n      1.0\n    ]", "[-]", "x"),
    ("[\n      1.0\n    ]", "[0x1]", "x"),
    ("[\n      1.0\n    ]", "[NaN]", "x"),
    ("[\n      1.0\n    ]", "[null]", "x"),
    ("[\n      1.0\n    ]", "[[1]]", "x"),
    ("[\n      1.0\n    ]", "[\"1.0\"]", "x"),
    ("[\n      1.0\n    ]", "[\"NaN:7f80\"]", "x"),
    ("[\n      1.0\n    ]", "[\"NaN:7fc00000\"]", "x"),
    ("[\n      1.0\n    ]", "[1 // one\n]", "x"),
    (",\n  \"tensors\"", ",\n  \"tensors\": [], \"tensors\"", "x"),
    ("\n  ]\n}\n", "\n  ], \"metadata\": {}}", "x"),
    ("\n  ]\n}\n", "\n  ]\n}\n{}", "x"),
    ("\n  ]\n}\n", ",{}\n  ]\n}\n", "x"),
  ]

  @Test(arguments: changes)
  func everyErrorNamesItsPlace(
    old: String, new: String, expected: String
  ) throws {
    let text = try Self.text()
    try #require(text.contains(old))
    let error = try Self.error(
      text.replacing(old, with: new, maxReplacements: 1))
    #expect(error.description == expected)
  }
}
