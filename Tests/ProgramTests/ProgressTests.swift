import Foundation
import Testing

@Suite struct ProgressTests {
  private let folder: Folder
  private let data = ["--data", "tiny.txt", "--n-embd", "8", "--samples", "0"]

  init() throws {
    folder = try Folder()
    try folder.write("tiny.txt", "anna\nbob\nclara\ndan\neve\n")
  }

  @Test func aTerminalHasOneLiveLine() throws {
    let (code, shown) = try Terminal().run(
      "mgpt-train",
      data + [
        "--steps", "3000", "--validation-share", "0.2", "--validation-every",
        "1",
      ], in: folder)
    #expect(code == 0)
    let live = shown.split(separator: "\r").filter { $0.hasPrefix("step ") }
    #expect(live.count >= 1)
    for line in live {
      let words = try #require(
        line.firstMatch(
          of:
            #/^step [ 0-9]{4}/3000  loss \d\.\d{3}  validation \d+\.\d{3}  (\d+|\d+\.\d+M|\d+k) tokens/s  \d+:\d\d left\u{1B}\[K/#
        ), "\(line)")
      #expect(words.output.0.count - 3 < 80)
    }
    // It makes way for what stays.
    #expect(shown.contains("\r\u{1B}[Kmean loss of the last 100 steps"))
    #expect(!shown.contains("\nstep "))
  }

  @Test func elsewhereThereArePlainLines() throws {
    let outcome = try Program.run(
      "mgpt-train",
      data + [
        "--steps", "50", "--validation-share", "0.2",
        "--validation-every", "10",
      ], in: folder)
    let steps = lines(outcome.diagnostics).filter { $0.hasPrefix("step") }
    #expect(steps.count == 13)
    #expect(steps[0].hasPrefix("step  1/50  loss "))
    #expect(!steps[0].contains("validation"))
    #expect(steps[12].hasPrefix("step 50/50  loss "))
    #expect(steps[12].contains("  validation "))
    #expect(!outcome.diagnostics.contains("\u{1B}"))
    #expect(!outcome.diagnostics.contains("\r"))
    #expect(outcome.diagnostics.contains("validation loss: "))
  }

  @Test func quietSaysNothing() throws {
    let outcome = try Program.run(
      "mgpt-train",
      [
        "--data", "tiny.txt", "--steps", "5", "--samples", "3", "--quiet",
        "--sample-every", "2",
      ], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.diagnostics == "")
    #expect(lines(outcome.output).count == 3)
    let again = try Program.run(
      "mgpt-train", ["--data", "tiny.txt", "--quiet"], in: folder)
    #expect(again.code == 73)
    #expect(lines(again.diagnostics).count == 1)
  }

  @Test(arguments: ["lines", "text"])
  func textsAreShownMeanwhile(document: String) throws {
    let outcome = try Program.run(
      "mgpt-train",
      data + [
        "--steps", "6", "--sample-every", "3", "--document", document,
        "--block-size", "8",
      ], in: folder)
    #expect(outcome.output == "")
    let shown = lines(outcome.diagnostics).filter {
      $0.hasPrefix("after step ")
    }
    #expect(shown.count == 2)
    #expect(shown[0].hasPrefix("after step 3:"))
    if document == "lines" {
      #expect(shown[1].split(separator: ",").count == 5)
    }
    // They are those of a run that ends there.
    _ = try Program.run(
      "mgpt-train",
      data + [
        "--steps", "6", "-o", "b.mgpt", "--document", document,
        "--block-size", "8",
      ], in: folder)
    #expect(try folder.data("tiny.mgpt") == folder.data("b.mgpt"))
  }

  @Test func theLogHasEachStepAndValidation() throws {
    func entries() throws -> [[String: Any]] {
      try lines(String(decoding: folder.data("run.jsonl"), as: UTF8.self)).map {
        try #require(
          try JSONSerialization.jsonObject(with: Data($0.utf8))
            as? [String: Any], "\($0)")
      }
    }
    let options =
      data + [
        "--steps", "9", "--validation-share", "0.2", "--validation-every", "3",
        "--log", "run.jsonl",
      ]
    let outcome = try Program.run(
      "mgpt-train", options + ["--stop-after", "4"], in: folder)
    #expect(outcome.code == 0)
    #expect(try entries().compactMap { $0["loss"] as? Double }.count == 4)
    // A killed run leaves half a line, and has more steps than it saved.
    let log = try folder.data("run.jsonl")
    try folder.write(
      "run.jsonl",
      log + Data("{\"step\":5,\"loss\":1.5}\n{\"step\":6,\"lo".utf8))
    let resumed = try Program.run(
      "mgpt-train",
      [
        "--data", "tiny.txt", "--resume", "tiny.mgpt", "--log", "run.jsonl",
        "--samples", "0",
      ], in: folder)
    #expect(resumed.code == 0, "\(resumed.diagnostics)")
    let all = try entries()
    #expect(
      all.map { $0["step"] as? Int }
        == [1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9])
    for entry in all where entry["loss"] != nil && entry["rate"] != nil {
      let step = try #require(entry["step"] as? Int)
      let rate = try #require(entry["rate"] as? Double)
      #expect(abs(rate - 0.01 * (1 - Double(step - 1) / 9)) < 1e-15)
      #expect(entry["tokens"] as? Int ?? 0 > 0)
      #expect(entry["seconds"] as? Double ?? -1 >= 0)
    }
    let validations = all.filter { $0["validation_loss"] != nil }
    #expect(validations.count == 3)
    // The picture of the log is that of the checkpoint.
    let pictures = try ["run.jsonl", "tiny.mgpt"].map { name in
      let shown = try Program.run(
        "mgpt-inspect", ["curve", name], in: folder)
      #expect(shown.code == 0, "\(shown.diagnostics)")
      return lines(shown.output).dropFirst()
    }
    #expect(pictures[0] == pictures[1])
    let again = try Program.run(
      "mgpt-train", options + ["-o", "b"], in: folder)
    #expect(again.code == 73)
    #expect(
      again.diagnostics.hasSuffix(
        "run.jsonl: the file exists already; --force replaces it\n"))
  }

  /// What a run did after its last save is done, and written, again.
  @Test func aLogOfAKilledRunHasEachStepOnce() throws {
    let run = try RunningProgram(
      "mgpt-train",
      data + [
        "--steps", "100000000", "--schedule", "constant", "--save-every", "700",
        "--validation-share", "0.2", "--validation-every", "300", "--log",
        "run.jsonl",
      ], in: folder)
    while try !folder.names.contains("tiny.mgpt") { usleep(2000) }
    usleep(50_000)
    run.send(SIGKILL)
    #expect(run.end() == -SIGKILL)
    // Half a line of the killed run would make one with what is added.
    let log = try folder.data("run.jsonl")
    let end = try #require(log.lastIndex(of: 0x0A))
    try folder.write(
      "run.jsonl",
      log[...end]
        + Data(
          "{\"step\":99999,\"loss\":1}\n{\"event\":\"mine\"}\n{\"step\":9".utf8)
    )
    let resumed = try RunningProgram(
      "mgpt-train",
      [
        "--data", "tiny.txt", "--resume", "tiny.mgpt", "--log", "run.jsonl",
        "--save-every", "700",
      ], in: folder)
    try resumed.wait(for: "\nstep ")
    resumed.send(SIGINT)
    #expect(resumed.end() == 130)
    var (steps, validations): ([Int], [Int]) = ([], [])
    var foreignCount = 0
    for line in lines(
      String(decoding: try folder.data("run.jsonl"), as: UTF8.self))
    {
      let entry = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8))
          as? [String: Any], "\(line)")
      guard let step = entry["step"] as? Int else {
        foreignCount += 1
        continue
      }
      if entry["loss"] != nil { steps.append(step) }
      if entry["validation_loss"] != nil { validations.append(step) }
    }
    #expect(foreignCount == 1)
    #expect(steps == Array(1...steps.count))
    #expect(
      validations == (1..<validations.count + 1).map { 300 * $0 })
  }

  @Test func aLogThatCannotBeWrittenEndsNoTraining() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let outcome = try Program.run(
      "mgpt-train", data + ["--steps", "9", "--log", "/dev/full"], in: folder)
    #expect(outcome.code == 0)
    #expect(
      lines(outcome.diagnostics).filter { $0.hasPrefix("warning: /dev/full: ") }
        .count == 1)
    let nowhere = try Program.run(
      "mgpt-train", data + ["--log", "no/where", "-o", "b"], in: folder)
    #expect(nowhere.code == 73)
  }
}
