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
      ["--preset", "small"], "--n-layer is 3, expected 1 as in a.mgpt"
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

  /// The documents are the same, and so the run is.
  @Test(arguments: [
    "anna\r\nbob\r\nclara\r\ndan\r\neve\r\n", "anna\rbob\rclara\rdan\reve",
    "\u{FEFF}anna\nbob\n\n clara\ndan \neve",
  ])
  func theSameDocumentsInOtherLinesGoOn(text: String) throws {
    let plain = "anna\nbob\nclara\ndan\neve\n"
    for (index, (began, goesOn)) in [(plain, text), (text, plain)].enumerated()
    {
      try folder.write("tiny.txt", began)
      let options = ["--steps", "6", "--validation-share", "0.2"]
      _ = try train(options + ["-o", "whole\(index).mgpt"])
      _ = try train(options + ["-o", "a\(index).mgpt", "--stop-after", "3"])
      try folder.write("tiny.txt", goesOn)
      let said = try train(["--resume", "a\(index).mgpt"])
      #expect(said.contains("not the bytes with which the run began, but the"))
      #expect(
        try folder.data("a\(index).mgpt") == folder.data("whole\(index).mgpt"))
    }
  }

  @Test func aTextInOtherLinesIsRefusedWithTheReason() throws {
    let options = ["--document", "text", "--block-size", "4", "--steps", "4"]
    _ = try train(options + ["-o", "a.mgpt", "--stop-after", "2"])
    try folder.write("tiny.txt", "anna\r\nbob\r\nclara\r\ndan\r\neve\r\n")
    let said = try train(["--resume", "a.mgpt"], code: 65)
    #expect(
      said.contains(
        "tiny.txt: the text is that of the run but for the ends of its lines"),
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

  /// The file of the run may be named as the output, too, as a configuration
  /// file does that names it.
  @Test func theOutputMayBeTheFileItself() throws {
    _ = try train(["--steps", "4", "-o", "a.mgpt", "--stop-after", "2"])
    _ = try train(["--resume", "a.mgpt", "-o", "./a.mgpt"])
    _ = try train(["--steps", "4", "-o", "b.mgpt"])
    #expect(try folder.data("a.mgpt") == folder.data("b.mgpt"))
  }

  /// Of so small a model, nothing shrinks in the first steps.
  @Test func theCodecIsThatOfTheRun() throws {
    let options = ["--n-embd", "4", "--n-head", "2", "--batch-size", "3"]
    for codec in ["zlib", "raw"] {
      let all = options + ["--steps", "20", "--codec", codec]
      _ = try train(all + ["-o", "\(codec).mgpt"])
      for step in [1, 2, 5] {
        let part = "\(codec)\(step).mgpt"
        _ = try train(all + ["-o", part, "--stop-after", "\(step)"])
        // What becomes of a file meanwhile does not matter.
        for (from, to, other) in [
          (part, "other.mgpt", codec == "raw" ? "zlib" : "raw"),
          ("other.mgpt", part, codec),
        ] {
          let outcome = try Program.run(
            "mgpt-convert", [from, to, "--codec", other, "--force"], in: folder)
          #expect(outcome.code == 0)
        }
        _ = try train(["--resume", part])
        #expect(
          try folder.data(part) == folder.data("\(codec).mgpt"), "\(part)")
      }
    }
  }

  @Test func theReferenceEngineTakesMoreSteps() throws {
    let options = ["--engine", "reference", "--steps", "3"]
    for stop in ["2", "3"] {
      _ = try train(
        options + ["-o", "a.mgpt", "--stop-after", stop, "--force"])
      let said = try train(["--resume", "a.mgpt", "--extend", "3"])
      #expect(said.contains("step 6/6"))
    }
    let shown = try Program.run("mgpt-inspect", ["a.mgpt"], in: folder)
    #expect(shown.output.contains(#/microgpt\.dtype +f64/#))
  }

  @Test func aRunOfOtherElementsIsRefused() throws {
    _ = try train(["--steps", "4", "-o", "a.mgpt", "--stop-after", "2"])
    _ = try train(
      [
        "--engine", "reference", "--steps", "4", "-o", "r.mgpt", "--stop-after",
        "2",
      ])
    for (name, type, expected) in [("a", "f64", "f32"), ("r", "f32", "f64")] {
      _ = try Program.run(
        "mgpt-convert", ["\(name).mgpt", "x.mgpt", "--dtype", type, "--force"],
        in: folder)
      let said = try train(["--resume", "x.mgpt"], code: 65)
      #expect(
        said.contains("x.mgpt: dtype is \(type), expected \(expected): a run"))
    }
  }

  /// Labels may say anything; they end no training.
  @Test func hostileLabelsDoNoHarm() throws {
    _ = try train(["--steps", "6", "-o", "a.mgpt", "--stop-after", "3"])
    let forged = try Program.run(
      "mgpt-convert",
      [
        "a.mgpt", "b.mgpt", "--label", "history_loss=1.7e308 -1.7e308 1.7e308",
        "--label", "history_validation_steps=3 2",
        "--label", "history_validation_loss=1e308 -1e308",
      ], in: folder)
    #expect(forged.code == 0, "\(forged.diagnostics)")
    let said = try train(["--resume", "b.mgpt"])
    #expect(said.contains("wrote b.mgpt"))
    let verified = try Program.run(
      "mgpt-inspect", ["verify", "b.mgpt"], in: folder)
    #expect(verified.code == 0)
  }
}
