import Foundation
import Testing

/// What a run says of what it holds out.
@Suite struct ValidationTests {
  private let folder: Folder
  /// A list that a model soon knows by heart.
  private let options = [
    "--data", "ids.txt", "--steps", "300", "--batch-size", "8", "--n-embd",
    "32", "--validation-share", "0.2", "--validation-every", "20",
  ]

  init() throws {
    folder = try Folder()
    let parts = ["get", "user", "file", "name", "count"]
    let names = parts.flatMap { first in
      parts.filter { $0 != first }.map { first + $0 }
    }
    try folder.write("ids.txt", names.joined(separator: "\n") + "\n")
  }

  private func train(_ arguments: [String]) throws -> Program.Outcome {
    let outcome = try Program.run("mgpt-train", arguments, in: folder)
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
    return outcome
  }

  @Test func aRunThatGetsWorseIsNotPraised() throws {
    let outcome = try train(options)
    let said = lines(outcome.diagnostics)
    let notes = said.filter { $0.hasPrefix("note: validation rose from ") }
    #expect(notes.count == 2)
    #expect(
      notes.first?.hasSuffix(
        ": the model is memorizing what it is trained on; the best so far is in"
          + " ids.best.mgpt; --patience 3 would end it") ?? false, "\(notes)")
    #expect(
      notes.last?.hasSuffix(": the model memorized what it was trained on")
        ?? false)
    // The first one comes while there are steps left.
    let first = try #require(said.firstIndex { $0.hasPrefix("note: ") })
    let last = try #require(said.firstIndex { $0.hasPrefix("step 300/300") })
    #expect(first < last)

    #expect(said.contains { $0.hasPrefix("best model: ids.best.mgpt, valid") })
    for command in ["mgpt-sample", "mgpt-inspect", "mgpt-convert"] {
      #expect(said.contains { $0.contains("\(command) ids.best.mgpt") })
    }
    // The samples are those of the model that is named.
    let sampled = try Program.run(
      "mgpt-sample", ["ids.best.mgpt", "-n", "20", "--seed", "42"], in: folder)
    #expect(outcome.output == sampled.output)
    #expect(said.contains("samples of ids.best.mgpt:"))
    let names = Set(
      lines(String(decoding: try folder.data("ids.txt"), as: UTF8.self)))
    let copies = lines(outcome.output).count { names.contains($0) }
    let verb = copies == 1 ? "is a line" : "are lines"
    #expect(said.contains("\(copies) of 20 samples \(verb) of the data"))
  }

  @Test func eachValidationHasARowAndNoneTwice() throws {
    let rows = lines(try train(options).diagnostics).filter {
      $0.hasPrefix("step ")
    }
    let steps = rows.filter { $0.contains("  validation ") }.compactMap { row in
      row.dropFirst(5).prefix(3).split(separator: " ").first.flatMap { Int($0) }
    }
    #expect(steps == Array(stride(from: 20, through: 300, by: 20)))
    // Every tenth of the steps has one, too.
    #expect(rows.contains { $0.hasPrefix("step  30/") })
    #expect(Set(rows).count == rows.count)
  }

  @Test func aModelThatIsTheBestIsTheLast() throws {
    let outcome = try train(
      options.map { $0 == "300" ? "40" : $0 } + ["--learning-rate", "0.001"])
    #expect(
      outcome.diagnostics.contains(
        "best model: the last one, also in ids.best.mgpt\n"))
    #expect(!outcome.diagnostics.contains("note: "))
    #expect(outcome.diagnostics.contains("mgpt-sample ids.mgpt -n 5\n"))
    let sampled = try Program.run(
      "mgpt-sample", ["ids.mgpt", "-n", "20", "--seed", "42"], in: folder)
    #expect(outcome.output == sampled.output)
  }

  /// A run that goes on under another name has its best model under the first.
  @Test func theBestModelIsFoundUnderItsFormerName() throws {
    _ = try train(options + ["--stop-after", "260"])
    let outcome = try train(
      ["--data", "ids.txt", "--resume", "ids.mgpt", "-o", "on.mgpt"])
    #expect(outcome.diagnostics.contains("best model: ids.best.mgpt, valid"))
    #expect(try !folder.names.contains("on.best.mgpt"))
    try FileManager.default.removeItem(
      at: folder.url.appending(path: "ids.best.mgpt"))
    let lost = try train(
      ["--data", "ids.txt", "--resume", "ids.mgpt", "-o", "off.mgpt"])
    #expect(
      lost.diagnostics.contains(", but off.best.mgpt does not hold it; "))
    #expect(lost.diagnostics.contains("note: validation rose from "))
    #expect(lost.diagnostics.contains("mgpt-sample off.mgpt -n 5\n"))
  }

  /// The last validation is not that of a model that was trained on after it.
  @Test func aModelThatWasNotValidatedHasNoValidation() throws {
    let said = try train(options + ["--stop-after", "30", "--samples", "1"])
      .diagnostics
    #expect(said.contains(" after step 20; the last one was not validated\n"))
  }

  @Test func oneSampleIsOne() throws {
    let said = try train(
      options.map { $0 == "300" ? "2" : $0 } + ["--samples", "1"]
    ).diagnostics
    #expect(said.contains("the sample is no line of the data\n"))
  }

  @Test func lossesHaveTheirMeaning() throws {
    let said = try train(options).diagnostics
    // Of 16 names; 14 letters and BOS.
    #expect(said.contains("passes    150 over the 16 documents to train on\n"))
    let baseline = try #require(
      said.firstMatch(of: #/baseline  ln (\d+) = (\d\.\d{4}) nats a token/#))
    let size = try #require(Double(baseline.output.1))
    #expect(abs(log(size) - (Double(baseline.output.2) ?? 0)) < 1e-4)
    let bits = try #require(
      said.firstMatch(
        of:
          #/nats a token, (\d+\.\d+) bits a character; [\s\S]*bits a character: (\d+\.\d) nats of (\d+) tokens \/ ln 2 \/ (\d+) characters/#
      ))
    let nats = try #require(Double(bits.output.2))
    let tokens = try #require(Double(bits.output.3))
    let characters = try #require(Double(bits.output.4))
    #expect(tokens == characters + 4)
    #expect(
      abs(nats / log(2) / characters - (Double(bits.output.1) ?? 0)) < 0.01)
  }

  @Test(arguments: [
    ("a\nb\n", "0.1", "1 of 2 documents (50.0 %) held out", true),
    ("a\nb\nc\nd\ne\n", "0.2", "1 of 5 documents (20.0 %) held out", false),
    ("a\nb\nc\n", "0.9", "2 of 3 documents (66.7 %) held out", true),
  ])
  func whatIsHeldOutIsSaid(
    text: String, share: String, words: String, isFar: Bool
  ) throws {
    try folder.write("few.txt", text)
    let said = try train(
      [
        "--data", "few.txt", "--steps", "2", "--validation-share", share,
        "--samples", "0",
      ]
    ).diagnostics
    #expect(said.contains(", \(words)\n"), "\(said)")
    #expect(
      said.contains(
        "warning: --validation-share is \(share), but whole documents make it")
        == isFar)
  }

  @Test func ofATextCharactersAreSaid() throws {
    try folder.write("long.txt", String(repeating: "abcdefghi\n", count: 100))
    let said = try train(
      [
        "--data", "long.txt", "--document", "text", "--steps", "10",
        "--validation-share", "0.1", "--samples", "0",
      ]
    ).diagnostics
    #expect(said.contains(", 100 of 1,000 characters (10.0 %) held out\n"))
    #expect(
      said.contains("passes    0.2 over the 900 characters to train on\n"))
    #expect(!said.contains("warning"))
  }

  @Test func noTimeIsZero() throws {
    for steps in ["1", "300"] {
      let said = try train(
        ["--data", "ids.txt", "--steps", steps, "-o", "t\(steps).mgpt"]
      ).diagnostics
      #expect(
        said.contains(#/; it took (less than 1 ms|[1-9]\d* ms|\d+\.\d s)\n/#),
        "\(said)")
      #expect(!said.contains("took 0"))
    }
  }
}
