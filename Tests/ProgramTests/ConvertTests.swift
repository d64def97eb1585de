import Foundation
import Testing

@Suite struct ConvertTests {
  @Test(arguments: ["raw", "zlib"], ["fast", "reference"])
  func jsonAndBackGivesTheSameBytes(codec: String, engine: String) throws {
    let folder = try Folder()
    try folder.train("a.mgpt", ["--codec", codec, "--engine", engine])
    for arguments in [["a.mgpt", "a.json"], ["a.json", "b.mgpt"]] {
      let outcome = try Program.run("mgpt-convert", arguments, in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.output.isEmpty && outcome.diagnostics.isEmpty)
    }
    #expect(try folder.data("a.mgpt") == folder.data("b.mgpt"))
    #expect(
      try JSONSerialization.jsonObject(with: folder.data("a.json"))
        is [String: Any])
  }

  @Test func standardInputAndOutputServe() throws {
    let folder = try Folder()
    try folder.train("a.mgpt")
    let json = try Program.run(
      "mgpt-convert", ["-", "-", "--from", "binary", "--to", "json"],
      in: folder, input: folder.data("a.mgpt"))
    #expect(json.code == 0)
    let back = try Program.run(
      "mgpt-convert", ["-", "b.mgpt", "--from", "json"], in: folder,
      input: Data(json.output.utf8))
    #expect(back.code == 0)
    #expect(try folder.data("a.mgpt") == folder.data("b.mgpt"))
    let file = folder.url.appending(path: "c.mgpt")
    try Data().write(to: file)
    let binary = try Program.run(
      "mgpt-convert", ["a.mgpt", "-", "--to", "binary", "--codec", "raw"],
      in: folder, output: FileHandle(forWritingTo: file))
    #expect(binary.code == 0)
    let raw = try Program.run(
      "mgpt-convert", ["a.mgpt", "d.mgpt", "--codec", "raw"], in: folder)
    #expect(raw.code == 0)
    #expect(try folder.data("c.mgpt") == folder.data("d.mgpt"))
  }

  @Test func theCodecChangesOnDemandAlone() throws {
    let folder = try Folder()
    try folder.train("zlib.mgpt", ["--codec", "zlib"])
    for arguments in [
      ["zlib.mgpt", "raw.mgpt", "--codec", "raw"],
      ["raw.mgpt", "copy.mgpt"],
      ["raw.mgpt", "again.mgpt", "--codec", "zlib"],
      ["zlib.mgpt", "raw.json", "--codec", "raw"],
      ["raw.json", "fromjson.mgpt"],
    ] {
      let outcome = try Program.run("mgpt-convert", arguments, in: folder)
      #expect(outcome.code == 0, "\(outcome.diagnostics)")
    }
    #expect(try folder.data("copy.mgpt") == folder.data("raw.mgpt"))
    #expect(try folder.data("fromjson.mgpt") == folder.data("raw.mgpt"))
    #expect(try folder.data("again.mgpt") == folder.data("zlib.mgpt"))
    #expect(
      try folder.data("raw.mgpt").count > folder.data("zlib.mgpt").count)
  }

  @Test func theTypeOfElementsChangesOnDemandAlone() throws {
    let folder = try Folder()
    try folder.train("f32.mgpt")
    for arguments in [
      ["f32.mgpt", "f64.mgpt", "--dtype", "f64"],
      ["f64.mgpt", "back.mgpt", "--dtype", "f32"],
      // To text or from it, before or after.
      ["f32.mgpt", "f16.mgpt", "--dtype", "f16"],
      ["f32.mgpt", "f16.json", "--dtype", "f16"],
      ["f16.json", "fromjson.mgpt"],
      ["f32.mgpt", "f32.json"],
      ["f32.json", "injson.mgpt", "--dtype", "f16"],
      ["f32.json", "again.json", "--dtype", "f16"],
      ["again.json", "again.mgpt"],
    ] {
      let outcome = try Program.run("mgpt-convert", arguments, in: folder)
      #expect(outcome.code == 0, "\(outcome.diagnostics)")
    }
    #expect(try folder.data("back.mgpt") == folder.data("f32.mgpt"))
    #expect(try folder.data("fromjson.mgpt") == folder.data("f16.mgpt"))
    #expect(try folder.data("injson.mgpt") == folder.data("f16.mgpt"))
    #expect(try folder.data("again.mgpt") == folder.data("f16.mgpt"))
    #expect(
      try folder.data("f16.mgpt").count < folder.data("f32.mgpt").count)
  }

  @Test func aDamagedInputLeavesNoOutput() throws {
    let folder = try Folder()
    try folder.trainModel("a.mgpt")
    var bytes = try folder.data("a.mgpt")
    bytes[bytes.count - 400] ^= 4
    try folder.write("bad.mgpt", bytes)
    try folder.write("bad.json", "{\"format\": \"microgpt-checkpoint\",")
    let before = try folder.names
    for (input, output, words) in [
      ("bad.mgpt", "out.json", "bad.mgpt: DATA[8].chunk[0].crc32 at byte"),
      ("bad.mgpt", "out.mgpt", "bad.mgpt: DATA[8].chunk[0].crc32 at byte"),
      ("bad.json", "out.mgpt", "bad.json: document at byte 33 (line 1"),
    ] {
      let outcome = try Program.run(
        "mgpt-convert", [input, output], in: folder)
      #expect(outcome.code == 65)
      #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
      #expect(lines(outcome.diagnostics).count == 1)
      #expect(try folder.names == before)
    }
  }

  @Test func anExistingOutputStays() throws {
    let folder = try Folder()
    try folder.train("a.mgpt")
    try folder.write("a.json", "precious")
    let refused = try Program.run(
      "mgpt-convert", ["a.mgpt", "a.json"], in: folder)
    #expect(refused.code == 73)
    #expect(refused.diagnostics.contains("--force replaces it"))
    #expect(try folder.data("a.json") == Data("precious".utf8))
    // Also onto the input itself.
    let forced = try Program.run(
      "mgpt-convert", ["a.mgpt", "a.mgpt", "--codec", "raw", "--force"],
      in: folder)
    #expect(forced.code == 0)
    let verified = try Program.run(
      "mgpt-inspect", ["verify", "a.mgpt"], in: folder)
    #expect(verified.code == 0)
  }

  @Test(arguments: [
    (["a.mgpt", "b.txt"], 64, "--to binary or --to json"),
    (["-", "b.json"], 64, "--from binary or --from json"),
    (["none.mgpt", "b.json"], 66, "none.mgpt: cannot open"),
    (["none.json", "b.mgpt"], 66, "none.json: cannot open"),
    (["tiny.txt", "b.json", "--from", "binary"], 65, "mgpt-train --data"),
    (["tiny.txt", "b.mgpt", "--from", "json"], 65, "tiny.txt: document"),
    (["a.mgpt", "no/b.json"], 73, "no/b.json: cannot create"),
  ])
  func badArguments(arguments: [String], code: Int32, words: String) throws {
    let folder = try Folder()
    try folder.train("a.mgpt")
    let outcome = try Program.run("mgpt-convert", arguments, in: folder)
    #expect(outcome.code == code)
    #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    #expect(try folder.names == ["a.mgpt", "tiny.txt"])
  }

  /// Training says what it was; other labels are set, changed and removed.
  @Test func labelsAreShown() throws {
    let folder = try Folder()
    try folder.train("a.mgpt", ["--label", "title=Tiny", "--label", "x.y=z"])
    let changed = try Program.run(
      "mgpt-convert",
      [
        "a.mgpt", "b.json", "--label", "title=", "--label", "licence=CC0-1.0",
        "--label", "history_steps=1 2", "--label", "history_loss=2.5 2.25",
      ], in: folder)
    #expect(changed.code == 0 && changed.diagnostics.isEmpty)
    _ = try Program.run("mgpt-convert", ["b.json", "b.mgpt"], in: folder)
    let shown = try Program.run("mgpt-inspect", ["b.mgpt"], in: folder)
    let start = try #require(shown.output.firstRange(of: "\nlabels\n"))
    let end = try #require(shown.output.firstRange(of: "\ntraining state\n"))
    let labels = shown.output[start.upperBound..<end.lowerBound]
    let rows = lines(String(labels)).filter { !$0.isEmpty }.map {
      $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }
    #expect(
      rows.map(\.first) == [
        "data_documents", "data_sha256", "history_loss", "history_steps",
        "licence", "train_loss", "train_seed", "train_steps", "x.y",
      ])
    #expect(rows[0] == ["data_documents", "5"])
    #expect(rows[2] == ["history_loss", "2.5", "2.25"])
    #expect(rows[4] == ["licence", "CC0-1.0"])

    let stripped = try Program.run(
      "mgpt-convert", ["b.json", "c.mgpt", "--strip"], in: folder)
    #expect(stripped.code == 0)
    let inspected = try Program.run("mgpt-inspect", ["c.mgpt"], in: folder)
    #expect(!inspected.output.contains("labels"))
  }

  @Test(arguments: [
    ("title", "--label is “title”, expected a key, = and a value"),
    ("colour=red", "--label colour is no key of the format, expected author,"),
    ("train_loss=low", "--label train_loss is “low”, expected one real number"),
    ("train_seed=-1", "expected one unsigned integer"),
    ("data_sha256=ABC", "expected 64 digits of 0-9 a-f"),
    ("a.b=\u{1b}", "--label a.b: expected text without control characters"),
    ("A.b=c", "--label A.b: expected a key of 1 to 64 of a-z 0-9 _ - ."),
  ])
  func badLabelsAreRefused(label: String, words: String) throws {
    let folder = try Folder()
    try folder.train()
    let outcome = try Program.run(
      "mgpt-convert", ["tiny.mgpt", "b.mgpt", "--label", label], in: folder)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    #expect(try !folder.names.contains("b.mgpt"))
  }
}
