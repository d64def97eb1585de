import Foundation
import Testing

/// The checkpoints that a run writes while it trains, and what it holds out.
@Suite struct CheckpointTests {
  private let folder: Folder
  private let data = ["--data", "tiny.txt", "--n-embd", "8", "--samples", "0"]

  init() throws {
    folder = try Folder()
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\neve\nfinn\ngrace\n")
  }

  @discardableResult
  private func train(
    _ arguments: [String], code: Int32 = 0
  ) throws -> Program.Outcome {
    let outcome = try Program.run("mgpt-train", data + arguments, in: folder)
    #expect(outcome.code == code, "\(outcome.diagnostics)")
    return outcome
  }

  @Test func savesOfTheWayAreThoseOfRunsThatStopThere() throws {
    try train(["--steps", "10", "--save-every", "3", "--keep", "2"])
    #expect(
      try folder.names
        == ["tiny.mgpt", "tiny.step-6.mgpt", "tiny.step-9.mgpt", "tiny.txt"])
    for step in [6, 9, 10] {
      try train(["--steps", "10", "--stop-after", "\(step)", "-o", "b.mgpt"])
      let name = step == 10 ? "tiny.mgpt" : "tiny.step-\(step).mgpt"
      #expect(try folder.data(name) == folder.data("b.mgpt"))
      try FileManager.default.removeItem(
        at: folder.url.appending(path: "b.mgpt"))
    }
    // A kept one goes on as well.
    try train(["--resume", "tiny.step-6.mgpt"])
    #expect(
      try folder.data("tiny.step-6.mgpt") == folder.data("tiny.mgpt"))
  }

  @Test func filesOfOthersAreNotReplaced() throws {
    for name in ["tiny.best.mgpt", "tiny.step-4.mgpt"] {
      try folder.write(name, "precious")
      let outcome = try train(
        [
          "--steps", "9", "--save-every", "3", "--keep", "1",
          "--validation-share", "0.2",
        ], code: 73)
      #expect(
        outcome.diagnostics
          == "mgpt-train: error: \(name): the file exists already; --force"
          + " replaces it\n")
      #expect(try folder.data(name) == Data("precious".utf8))
      try FileManager.default.removeItem(at: folder.url.appending(path: name))
    }
  }

  /// Memorising a few names makes others ever less likely, so the best model is
  /// an early one.
  @Test func theBestModelStandsBesideTheLast() throws {
    let options = [
      "--steps", "300", "--validation-share", "0.3", "--validation-every", "5",
      "--batch-size", "4",
    ]
    let outcome = try train(options)
    let words = try #require(
      outcome.diagnostics.firstMatch(
        of: #/lowest, (\d+\.\d{4}), after step (\d+)\n/#))
    let step = try #require(Int(words.output.2))
    #expect(step < 300 && step.isMultiple(of: 5))
    try train(options + ["--stop-after", "\(step)", "-o", "b.mgpt"])
    #expect(
      try folder.data("tiny.best.mgpt") == folder.data("b.mgpt"))
    let shown = try Program.run("mgpt-inspect", ["tiny.mgpt"], in: folder)
    #expect(
      shown.output.contains(#/best_loss +\#(words.output.1.prefix(5))/#)
        || shown.output.contains("best_loss"))
    #expect(shown.output.contains("history_validation_loss"))

    let patient = try train(options + ["--patience", "4", "-o", "p.mgpt"])
    #expect(
      patient.diagnostics.contains(
        "stopped early after step \(step + 20): the last 4 validations were no"
          + " better than the one after step \(step)\n"))
    let resumed = try train(["--resume", "p.mgpt"])
    #expect(
      resumed.diagnostics
        == "p.mgpt ended after step \(step + 20), its --patience being out\n")
    let extended = try train(["--resume", "p.mgpt", "--extend", "9"], code: 64)
    #expect(
      extended.diagnostics.contains("--init-from p.mgpt begins a new one"))
  }

  @Test func whatCannotBeHeldOutIsRefused() throws {
    try folder.write("one.txt", "anna\n")
    for (options, words) in [
      (["--data", "one.txt"], "has 1 document, expected at least 2"),
      (
        ["--document", "text", "--block-size", "16", "--data", "tiny.txt"],
        "held out"
      ),
    ] {
      let outcome = try Program.run(
        "mgpt-train", options + ["--validation-share", "0.1"], in: folder)
      #expect(outcome.code == 64 || outcome.code == 65)
      #expect(lines(outcome.diagnostics).last?.contains("error: ") ?? false)
      #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }
  }

  /// The folder may be gone when it is time to save.
  @Test func aRunThatCannotBeSavedIsRescued() throws {
    let gone = folder.url.appending(path: "gone")
    let files = FileManager.default
    try files.createDirectory(at: gone, withIntermediateDirectories: true)
    let run = try RunningProgram(
      "mgpt-train",
      data + [
        "-o", "gone/a.mgpt", "--steps", "100000000", "--stop-after", "2000",
        "--schedule", "constant",
      ], in: folder, environment: ["TMPDIR": folder.url.path])
    try run.wait(for: "step         3/")
    try files.removeItem(at: gone)
    #expect(run.end() == 73)
    let rescued = folder.url.appending(path: "a.rescued-1.mgpt").path
    let last = try lines(run.diagnostics).last
    #expect(
      last?.contains(
        "; the run was saved as \(rescued) instead; to go on: ") ?? false)
    #expect(last?.hasSuffix(" --data tiny.txt --resume \(rescued)") ?? false)
    try train(["--resume", rescued, "--stop-after", "2001", "-o", "b.mgpt"])

    // Where it cannot be saved at all, it says that, too.
    let limited = try Program.run(
      "mgpt-train", data + ["--steps", "2", "-o", "no/where.mgpt"], in: folder)
    #expect(limited.code == 73)
  }

  @Test func weightsOfAnotherModelAreABeginning() throws {
    try train(["--steps", "20", "--n-layer", "2"])
    try folder.write("more.txt", "ann\nbec\nfred\n")
    let options = [
      "--data", "more.txt", "--init-from", "tiny.mgpt", "--samples", "0",
    ]
    let outcome = try Program.run(
      "mgpt-train", options + ["--steps", "7"], in: folder)
    #expect(outcome.code == 0, "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.contains("n_layer 2, n_head 4, n_embd 8"))
    let print = try Program.run(
      "mgpt-inspect", ["fingerprint", "tiny.mgpt"], in: folder)
    let shown = try Program.run("mgpt-inspect", ["more.mgpt"], in: folder)
    #expect(shown.output.contains(print.output.prefix(64)))
    // It is a run as any other.
    _ = try Program.run(
      "mgpt-train",
      options + ["--steps", "7", "--stop-after", "3", "-o", "b.mgpt"],
      in: folder)
    let resumed = try Program.run(
      "mgpt-train",
      ["--data", "more.txt", "--resume", "b.mgpt", "--samples", "0"],
      in: folder)
    #expect(resumed.code == 0)
    #expect(try folder.data("b.mgpt") == folder.data("more.mgpt"))
    // Rounded weights will do as well.
    let half = try Program.run(
      "mgpt-convert", ["tiny.mgpt", "half.mgpt", "--dtype", "bf16"], in: folder)
    #expect(half.code == 0)
    let halved = try Program.run(
      "mgpt-train",
      [
        "--data", "more.txt", "--init-from", "half.mgpt", "--steps", "2", "-o",
        "h.mgpt",
      ], in: folder)
    #expect(halved.code == 0)
  }

  @Test func charactersThatTheModelLacksAreListed() throws {
    try train(["--steps", "2"])
    try folder.write("other.txt", "zoë\nana\nxü\n")
    let outcome = try Program.run(
      "mgpt-train", ["--data", "other.txt", "--init-from", "tiny.mgpt"],
      in: folder)
    #expect(outcome.code == 65)
    #expect(
      lines(outcome.diagnostics).last
        == "mgpt-train: error: other.txt: the vocabulary lacks 4 of its"
        + " characters: “x” (U+0078), “z” (U+007A), “ë” (U+00EB), “ü” (U+00FC)")
    #expect(try !folder.names.contains("other.mgpt"))
    let wide = try Program.run(
      "mgpt-train", ["--init-from", "tiny.mgpt", "--n-layer", "3"], in: folder)
    #expect(wide.code == 64)
    #expect(
      wide.diagnostics.contains(
        "--n-layer is 3, expected 1 as in tiny.mgpt"))
  }

  @Test func whatIsReadStays() throws {
    try train(["--steps", "12", "--save-every", "3", "--keep", "3"])
    try train(
      [
        "--init-from", "tiny.step-6.mgpt", "--steps", "10", "--save-every", "3",
        "--keep", "1", "--force",
      ])
    #expect(try folder.names.contains("tiny.step-9.mgpt"))
    #expect(try folder.names.contains("tiny.step-6.mgpt"))
    // The best of another run is no output without validations.
    try FileManager.default.copyItem(
      at: folder.url.appending(path: "tiny.mgpt"),
      to: folder.url.appending(path: "tiny.best.mgpt"))
    try train(["--init-from", "tiny.best.mgpt", "--steps", "2", "--force"])
    let refused = try train(
      [
        "--init-from", "tiny.best.mgpt", "--steps", "2", "--force",
        "--validation-share", "0.2",
      ], code: 64)
    #expect(refused.diagnostics.contains("tiny.best.mgpt is both read and"))
  }

  @Test(arguments: [
    ["--log", "./new.mgpt", "-o", "new.mgpt"],
    ["--log", "new.best.mgpt", "-o", "new.mgpt", "--validation-share", "0.2"],
  ])
  func aLogIsNoCheckpoint(options: [String]) throws {
    let outcome = try train(options + ["--steps", "3"], code: 64)
    #expect(outcome.diagnostics.contains("is both log and checkpoint"))
  }

  /// Whoever listened may have gone; the run is saved all the same.
  @Test(arguments: [
    "\"$0\" --data tiny.txt --steps 3000 --samples 0 --n-embd 8 2>&1 | head -n 1",
    """
    mkfifo fifo; (head -n 1 fifo > /dev/null) & "$0" --data tiny.txt --samples \
    0 --steps 3000 --n-embd 8 --log fifo
    """,
  ])
  func aReaderThatLeavesEndsNoRun(script: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, try Program.url("mgpt-train").path]
    process.currentDirectoryURL = folder.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let resumed = try train(["--resume", "tiny.mgpt"])
    #expect(resumed.diagnostics.contains("has done all 3,000 steps"))
  }
}
