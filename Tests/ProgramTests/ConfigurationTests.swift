import Foundation
import Testing

@Suite struct ConfigurationTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\neve\n")
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run("mgpt-train", arguments, in: folder)
  }

  private func settings(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try run(arguments + ["--print-config"])
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
    #expect(outcome.diagnostics == "")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        as? [String: Any])
  }

  /// A value for each option that is not set by itself.
  private let unset = [
    "--data", "tiny.txt", "--patience", "3", "--validation-share", "0.2",
    "--init-from", "tiny.mgpt", "--output", "x.mgpt", "--label", "title=T",
    "--label", "own.x=y", "--save-every", "7", "--stop-after", "9",
    "--samples", "2", "--sample-every", "5", "--log", "x.jsonl", "--threads",
    "2",
  ]

  @Test func everyOptionMayComeFromAFile() throws {
    try folder.train()
    var keys = Set(try settings(unset).keys)
    let resumed = try settings(["--resume", "tiny.mgpt", "--extend", "3"])
    keys.formUnion(resumed.keys)
    let help = try run(["--experimental-dump-help"])
    let dump = try #require(
      try JSONSerialization.jsonObject(with: Data(help.output.utf8))
        as? [String: Any])
    let command = try #require(dump["command"] as? [String: Any])
    let arguments = try #require(command["arguments"] as? [[String: Any]])
    var options = Set(
      arguments.compactMap { $0["valueName"] as? String ?? "" })
    options = Set(
      arguments.compactMap { argument in
        (argument["names"] as? [[String: Any]])?.first {
          $0["kind"] as? String == "long"
        }?["name"] as? String
      }.map { $0.replacingOccurrences(of: "-", with: "_") })
    // These tell where options come from.
    options.subtract(["help", "version", "config", "preset", "print_config"])
    options = options.filter { !$0.hasPrefix("no_") }
    #expect(keys == options)
  }

  @Test func whatIsPrintedIsTakenAgain() throws {
    try folder.train()
    for arguments in [
      [], ["--preset", "small"], ["--preset", "medium", "--force"], unset,
      ["--resume", "tiny.mgpt", "--quiet"],
      ["--seed", "18446744073709551615", "--learning-rate", "0.1234567890123"],
    ] {
      let printed = try run(arguments + ["--print-config"]).output
      try folder.write("c.json", printed)
      #expect(
        try run(["--config", "c.json", "--print-config"]).output == printed)
    }
  }

  @Test func theCommandLineWins() throws {
    try folder.write(
      "c.json",
      #"{"preset": "small", "steps": 77, "n_layer": 3, "data": "tiny.txt"}"#)
    let settings = try settings(["--n-layer", "1", "--config", "c.json"])
    #expect(settings["n_layer"] as? Int == 1)
    #expect(settings["steps"] as? Int == 77)
    #expect(settings["schedule"] as? String == "cosine")
    #expect(settings["data"] as? String == "tiny.txt")
    try folder.write("q.json", #"{"quiet": true, "force": true}"#)
    let loud = try self.settings(["--config", "q.json", "--no-quiet"])
    #expect(loud["quiet"] as? Bool == false)
    #expect(loud["force"] as? Bool == true)
  }

  @Test func aFileTrainsAsTheCommandLineDoes() throws {
    let options = [
      "--data", "tiny.txt", "--steps", "4", "--batch-size", "2", "--dropout",
      "0.1", "--label", "title=A name", "--samples", "0",
    ]
    try folder.write("c.json", try run(options + ["--print-config"]).output)
    #expect(try run(options + ["-o", "a.mgpt"]).code == 0)
    #expect(try run(["--config", "c.json", "-o", "b.mgpt"]).code == 0)
    #expect(try folder.data("a.mgpt") == folder.data("b.mgpt"))
    // Where the data lies, who saved and how many threads there were is not in
    // the file.
    try folder.write("elsewhere.txt", try folder.data("tiny.txt"))
    #expect(
      try run(
        options + [
          "--data", "elsewhere.txt", "-o", "c.mgpt", "--threads", "2",
          "--save-every", "1", "--log", "l", "--quiet",
        ]
      ).code == 0)
    #expect(try folder.data("a.mgpt") == folder.data("c.mgpt"))
  }

  @Test(arguments: [
    ("", 65, "byte 0 (line 1, column 1): found the end of the text"),
    ("{\"steps\": 1", 65, "(line 1, column 12): found the end of the text"),
    ("[1]", 65, "found an array, expected an object of options"),
    ("{\"n_layers\": 1}", 65, "found “n_layers”, which is no option, expected"),
    ("{\"stpes\": 1}", 65, "no option, expected perhaps “steps”"),
    ("{\"batch-size\": 1}", 65, "no option, expected perhaps “batch_size”"),
    ("{\"--block-size\": 1}", 65, "expected perhaps “block_size”"),
    ("{\"config\": \"c.json\"}", 65, "found “config”, which is no option"),
    (
      "{\"steps\": 5,\n \"steps\": 700}", 65,
      "document at byte 14 (line 2, column 2): found “steps” a second time"
    ),
    ("{\"seed\": 1,}", 65, "(line 1, column 12): found “}”, expected a key"),
    ("{\"seed\": 1} x", 65, "found x, expected nothing after the document"),
    ("{\"data\": \"\\ud83d\"}", 65, "found half a surrogate pair"),
    (
      "{\"steps\": {}}", 65,
      "c.json: steps at byte 10 (line 1, column 11): found an object, expected"
        + " a whole number"
    ),
    ("{\"steps\": null}", 65, "found null, expected a whole number"),
    ("{\"steps\": 1.5}", 65, "found 1.5, which is not whole, expected a whole"),
    ("{\"steps\": 1e30}", 65, "found 1e30, which is out of range, expected"),
    ("{\"steps\": true}", 65, "found true, expected a whole number"),
    (
      "{\"data\": []}", 65, "data at byte 9 (line 1, column 10): found an array"
    ),
    ("{\"quiet\": 1}", 65, "found 1, expected true or false"),
    ("{\"label\": 1}", 65, "found 1, expected an array of texts"),
    ("{\"label\": [\"title=T\", 1]}", 65, "label[1] at byte 22 (line 1, colu"),
    ("{\"steps\": -1}", 64, "number of steps is -1, expected 1 to"),
    ("{\"steps\": \"many\"}", 65, "found the string “many”, expected a whole"),
    ("{\"steps\": 0}", 64, "number of steps is 0, expected 1 to"),
    ("{\"preset\": \"huge\"}", 64, "'huge' is invalid for '--preset"),
    ("{\"dropout\": 1e999}", 65, "found 1e999, which is out of range"),
    ("{\"dropout\": \"much\"}", 65, "found the string “much”, expected a numb"),
  ])
  func aBadFileIsRefused(text: String, code: Int32, words: String) throws {
    try folder.write("c.json", text)
    let outcome = try run(["--config", "c.json"])
    #expect(outcome.code == code, "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    #expect(try folder.names == ["c.json", "tiny.txt"])
  }

  /// One rule for all forms of a number.
  @Test func wholeNumbersHaveManyForms() throws {
    try folder.write(
      "c.json", #"{"steps": 7e1, "n_layer": 3.0, "batch_size": "2"}"#)
    let settings = try settings(["--config", "c.json"])
    #expect(settings["steps"] as? Int == 70)
    #expect(settings["n_layer"] as? Int == 3)
    #expect(settings["batch_size"] as? Int == 2)
  }

  @Test func aFileThatIsNotThere() throws {
    let outcome = try run(["--config", "no.json"])
    #expect(outcome.code == 66)
    #expect(outcome.diagnostics.hasPrefix("mgpt-train: error: no.json: "))
  }

  @Test(arguments: [
    (["--schedule", "sine"], "'sine' is invalid for '--schedule"),
    (["--warmup-steps", "1000000001"], "expected 0 to 1000000000"),
    (["--minimum-rate", "0.02"], "minimum rate is 0.02, expected 0.0 to 0.01"),
    (["--dropout", "1"], "dropout is 1.0, expected 0.0 to 0.9"),
    (["--weight-decay", "-1"], "weight decay is -1.0"),
    (["--gradient-clip", "nan"], "gradient clip is nan"),
    (["--patience", "2"], "--patience needs validations"),
    (["--keep", "2"], "--keep needs --save-every"),
    (["--extend", "2"], "--extend needs --resume"),
    (["--save-every", "0"], "--save-every is 0, expected 1 to"),
    (
      ["--engine", "reference", "--dropout", "0.1"],
      "--dropout is not microgpt.py's"
    ),
    (["--log", ""], "for '--log <log>': expected the name of a file"),
    (["--log", "tiny.txt", "--data", "tiny.txt"], "is both read and written"),

  ])
  func aBadOptionIsRefused(options: [String], words: String) throws {
    let outcome = try run(options)
    #expect(outcome.code == 64)
    #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    #expect(try folder.names == ["tiny.txt"])
  }
}
