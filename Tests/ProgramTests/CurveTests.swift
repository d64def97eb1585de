import Foundation
import Testing

@Suite struct CurveTests {
  private static let log = """
    {"step":1,"loss":3,"rate":0.01,"seconds":0.1}
    {"step":2,"loss":2.5,"rate":0.005,"seconds":0.2}
    {"step":2,"validation_loss":2.75,"bits_per_character":3.9,"seconds":0.2}

    """
  private static let summary = [
    "             first         last          lowest",
    "training     3.0000 at 1   2.5000 at 2   2.5000 at 2",
    "validation   2.7500 at 2   2.7500 at 2   2.7500 at 2",
  ]
  private static let history = [
    "--label", "history_steps=1 2", "--label", "history_loss=3 2.5",
    "--label", "history_validation_steps=2",
    "--label", "history_validation_loss=2.75",
  ]

  @Test func aLogAndACheckpointAreDrawnAlike() throws {
    let folder = try Folder()
    try folder.write("run.jsonl", Self.log)
    try folder.train("run.mgpt", Self.history)
    let log = try Program.run(
      "mgpt-inspect", ["curve", "run.jsonl"], in: folder)
    #expect(log.code == 0 && log.diagnostics.isEmpty)
    #expect(lines(log.output)[0] == "run.jsonl: loss in nats a token by steps")
    #expect(lines(log.output).suffix(3) == Self.summary[...])
    #expect(log.output.contains("o validation"))
    let checkpoint = try Program.run(
      "mgpt-inspect", ["curve", "./run.mgpt"], in: folder)
    #expect(checkpoint.code == 0 && checkpoint.diagnostics.isEmpty)
    #expect(
      checkpoint.output
        == log.output.replacingOccurrences(of: "run.jsonl", with: "run.mgpt"))
  }

  @Test func standardInputIsALogToo() throws {
    let folder = try Folder()
    // The last line was not written to its end.
    let outcome = try Program.run(
      "mgpt-inspect", ["curve", "-"], in: folder,
      input: Data((Self.log + #"{"step":3,"lo"#).utf8))
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    #expect(lines(outcome.output)[0].hasPrefix("standard input: loss"))
    #expect(lines(outcome.output).suffix(3) == Self.summary[...])

    try folder.train("run.mgpt", Self.history)
    let checkpoint = try Program.run(
      "mgpt-inspect", ["curve", "-"], in: folder,
      input: try folder.data("run.mgpt"))
    #expect(checkpoint.output == outcome.output)
  }

  @Test func aPictureIsWritten() throws {
    let folder = try Folder()
    try folder.write("run.jsonl", Self.log)
    let outcome = try Program.run(
      "mgpt-inspect", ["curve", "run.jsonl", "-o", "curve.svg"], in: folder)
    #expect(outcome.code == 0 && outcome.output.isEmpty)
    #expect(outcome.diagnostics == "wrote curve.svg\n")
    #expect(try folder.names == ["curve.svg", "run.jsonl"])
    let picture = try folder.data("curve.svg")
    #expect(picture.starts(with: Data("<?xml".utf8)))
    #expect(picture.suffix(7) == Data("</svg>\n".utf8))
    let piped = try Program.run(
      "mgpt-inspect", ["curve", "run.jsonl", "-o", "-"], in: folder)
    #expect(Data(piped.output.utf8) == picture && piped.diagnostics.isEmpty)
  }

  @Test func nothingIsOverwrittenWithoutForce() throws {
    let folder = try Folder()
    try folder.write("curve.svg", "mine")
    // Checked first: the log is not even there.
    let refused = try Program.run(
      "mgpt-inspect", ["curve", "none.jsonl", "-o", "curve.svg"], in: folder)
    #expect(refused.code == 73)
    #expect(
      refused.diagnostics
        == "mgpt-inspect: error: curve.svg: the file exists already;"
        + " --force replaces it\n")
    try folder.write("bad.jsonl", "{}\n{]\n")
    let failed = try Program.run(
      "mgpt-inspect", ["curve", "bad.jsonl", "-o", "curve.svg", "--force"],
      in: folder)
    #expect(failed.code == 65)
    #expect(try folder.data("curve.svg") == Data("mine".utf8))
    try folder.write("run.jsonl", Self.log)
    let replaced = try Program.run(
      "mgpt-inspect", ["curve", "run.jsonl", "-o", "curve.svg", "--force"],
      in: folder)
    #expect(replaced.code == 0)
    #expect(try folder.data("curve.svg").starts(with: Data("<?xml".utf8)))
    #expect(try folder.names == ["bad.jsonl", "curve.svg", "run.jsonl"])
    let nowhere = try Program.run(
      "mgpt-inspect", ["curve", "run.jsonl", "-o", "none/curve.svg"],
      in: folder)
    #expect(nowhere.code == 73)
  }

  @Test(arguments: [
    (
      "", 65,
      #"x: no losses: expected lines such as {"step":1,"loss":2.5}"#
    ),
    (
      "anna\nbob\n", 65,
      "x: neither a checkpoint nor a log: line 1, column 1: found “a”,"
        + " expected “{”"
    ),
    (
      "{}\n{\"loss\":NaN}\n", 65,
      "x: line 2, column 9: found “N”, expected a number"
    ),
  ])
  func badLogsAreRefused(log: String, code: Int32, message: String) throws {
    let folder = try Folder()
    try folder.write("x", log)
    let outcome = try Program.run("mgpt-inspect", ["curve", "x"], in: folder)
    #expect(outcome.code == code && outcome.output.isEmpty)
    #expect(outcome.diagnostics == "mgpt-inspect: error: \(message)\n")
  }

  @Test func checkpointsWithoutACurveAreRefused() throws {
    let folder = try Folder()
    try folder.train()
    // Without labels of its own, whatever the trainer writes.
    let strip = try Program.run(
      "mgpt-convert", ["--strip", "tiny.mgpt", "names.mgpt"], in: folder)
    #expect(strip.code == 0)
    let none = try Program.run(
      "mgpt-inspect", ["curve", "names.mgpt"], in: folder)
    #expect(none.code == 65 && none.output.isEmpty)
    #expect(
      none.diagnostics
        == "mgpt-inspect: error: names.mgpt: no history of losses: expected"
        + " the labels history_steps and history_loss, or"
        + " history_validation_steps and history_validation_loss\n")

    let bytes = try folder.data("names.mgpt")
    try folder.write("cut.mgpt", bytes.prefix(1_000))
    let cut = try Program.run(
      "mgpt-inspect", ["curve", "cut.mgpt"], in: folder)
    #expect(cut.code == 65)
    #expect(cut.diagnostics.contains("cut.mgpt: header.file_length at byte 16"))
    let piped = try Program.run(
      "mgpt-inspect", ["curve", "-"], in: folder, input: bytes.prefix(1_000))
    #expect(piped.code == 65)
    #expect(piped.diagnostics.contains("standard input: header.file_length"))
    let missing = try Program.run(
      "mgpt-inspect", ["curve", "none.mgpt"], in: folder)
    #expect(missing.code == 66)
    #expect(missing.diagnostics.contains("none.mgpt: cannot open"))
    #expect(try Program.run("mgpt-inspect", ["curve"], in: folder).code == 64)
  }
}
