import Foundation
import Testing

/// Runs that are interrupted and resumed, by the programs themselves.
@Suite struct ResumeTests {
  /// Some options, and a text that suits them.
  private static let cases: [[String]] = [
    [], ["--batch-size", "5", "--dropout", "0.2"],
    ["--document", "text", "--block-size", "4", "--schedule", "cosine"],
    [
      "--batch-size", "3", "--validation-share", "0.4", "--validation-every",
      "2", "--weight-decay", "0.1", "--gradient-clip", "0.5", "--warmup-steps",
      "2", "--codec", "raw", "--label", "title=Five", "--seed", "9",
    ],
    ["--engine", "reference", "--batch-size", "2", "--label", "own.note=x"],
  ]

  private let folder: Folder
  private let data = ["--data", "tiny.txt", "--samples", "0"]

  init() throws {
    folder = try Folder()
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\neve\n")
  }

  private func train(
    _ arguments: [String], code: Int32 = 0
  ) throws -> String {
    let outcome = try Program.run("mgpt-train", data + arguments, in: folder)
    #expect(outcome.code == code, "\(outcome.diagnostics)")
    return outcome.diagnostics
  }

  @Test(arguments: cases)
  func everyStopGoesOnToTheSameBytes(options: [String]) throws {
    let all = options + ["--n-embd", "8", "--steps", "6"]
    _ = try train(all + ["-o", "whole.mgpt", "--threads", "3"])
    for step in 1...6 {
      let part = "part\(step).mgpt"
      let said = try train(
        all + ["-o", part, "--stop-after", "\(step)", "--threads", "2"])
      if step < 6 {
        #expect(
          said.contains(
            "stopped after step \(step) of 6, saved in \(part); to go on:"))
        #expect(said.contains("--data tiny.txt --resume \(part)\n"))
      }
      let goneOn = try train(["--resume", part, "--threads", "1"])
      #expect(
        goneOn.contains(
          step == 6
            ? "part6.mgpt has done all 6 steps; --extend plans more"
            : "resuming  \(part) after step \(step) of 6"))
      #expect(try folder.data(part) == folder.data("whole.mgpt"))
    }
  }

  @Test func aFinishedRunTakesMoreSteps() throws {
    _ = try train(["--steps", "4", "-o", "a.mgpt"])
    let said = try train(["--resume", "a.mgpt", "--extend", "4"])
    #expect(said.contains("training  8 steps of 1 document"))
    #expect(
      said.contains(
        "extended  from 4 steps: the linear schedule spans them all, so the"
          + " learning rate goes on at 0.005000 after 0.002500\n"))
    let shown = try Program.run("mgpt-inspect", ["a.mgpt"], in: folder)
    #expect(shown.output.contains("planned_steps           8\n"))
  }

  @Test(arguments: [
    (["--batch-size", "2"], "--batch-size is 2, expected 1 as in a.mgpt"),
    (["--seed", "1"], "--seed is 1, expected 42 as in a.mgpt"),
    (["--dropout", "0.1"], "--dropout is 0.1, expected 0.0 as in a.mgpt"),
    (
      ["--schedule", "cosine"],
      "--schedule is cosine, expected linear as in a.mgpt"
    ),
    (
      ["--steps", "9"], "as in a.mgpt, whose run goes on as it began; --extend"
    ),
    (["--n-layer", "2"], "--n-layer is 2, expected 1 as in a.mgpt"),
    (
      ["--document", "text", "--block-size", "16"],
      "--document is text, expected lines as in a.mgpt"
    ),
    (
      ["--engine", "reference"], "--engine is reference, expected fast as in"
    ),
    (
      ["--validation-share", "0.5"],
      "--validation-every is 100, expected not set as in a.mgpt"
    ),
    (
      ["--stop-after", "2"], "--stop-after is 2, expected more than the 2 steps"
    ),
    (["--init-from", "a.mgpt"], "expected one of them"),
    (
      ["--preset", "small"], "--n-layer is 2, expected 1 as in a.mgpt"
    ),
  ])
  func aChangedOptionIsRefusedByName(
    options: [String], words: String
  ) throws {
    _ = try train(["--steps", "4", "-o", "a.mgpt", "--stop-after", "2"])
    let before = try folder.data("a.mgpt")
    let said = try train(["--resume", "a.mgpt"] + options, code: 64)
    #expect(said.contains(words), "\(said)")
    #expect(try folder.data("a.mgpt") == before)
  }

  @Test func otherDataIsRefused() throws {
    _ = try train(["--steps", "4", "-o", "a.mgpt", "--stop-after", "2"])
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\n")
    let said = try train(["--resume", "a.mgpt"], code: 65)
    #expect(
      said.contains(
        "tiny.txt: the run of a.mgpt began with other data, which --data is to"),
      "\(said)")
  }

  @Test func whatIsNoRunIsRefused() throws {
    _ = try train(["--steps", "2", "-o", "a.mgpt"])
    let stripped = try Program.run(
      "mgpt-convert", ["a.mgpt", "s.mgpt", "--strip"], in: folder)
    #expect(stripped.code == 0)
    #expect(
      try train(["--resume", "s.mgpt"], code: 65)
        == "mgpt-train: error: s.mgpt: there is no training state to go on"
        + " from, only a model\n")
    #expect(
      try folder.data("s.mgpt").count * 2 < folder.data("a.mgpt").count)
    _ = try train(["--resume", "nowhere.mgpt"], code: 66)
    _ = try train(["--resume", "tiny.txt"], code: 65)
    var damaged = try folder.data("a.mgpt")
    damaged[damaged.count / 2] ^= 1
    try folder.write("d.mgpt", damaged)
    _ = try train(["--resume", "d.mgpt", "--extend", "1"], code: 65)
  }

  @Test func itMayBeSavedElsewhere() throws {
    _ = try train(["--steps", "4", "-o", "a.mgpt", "--stop-after", "2"])
    let before = try folder.data("a.mgpt")
    _ = try train(["--resume", "a.mgpt", "-o", "b.mgpt"])
    #expect(try folder.data("a.mgpt") == before)
    _ = try train(["--resume", "a.mgpt", "-o", "b.mgpt"], code: 73)
    _ = try train(["--steps", "4", "-o", "c.mgpt"])
    #expect(try folder.data("b.mgpt") == folder.data("c.mgpt"))
  }
}
