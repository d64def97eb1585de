import Foundation
import Testing

/// mgpt-train --document text.
@Suite struct TextTests {
  /// Two scripts, line ends of two kinds and a byte-order mark.
  private static let text =
    "\u{FEFF}"
    + String(
      repeating: "The sea, the sea!\r\n  Море, море!\n\n", count: 20)
  private static let arguments = [
    "--document", "text", "--block-size", "8", "--n-embd", "8", "--batch-size",
    "5", "--samples", "0",
  ]

  private func train(
    in folder: Folder, _ more: [String], input: Data? = nil
  ) throws -> Program.Outcome {
    try Program.run(
      "mgpt-train", Self.arguments + more, in: folder, input: input)
  }

  @Test func trainsOnATextOfTwoScripts() throws {
    let folder = try Folder()
    try folder.write("sea.txt", Self.text)
    let outcome = try train(
      in: folder,
      [
        "--data", "sea.txt", "--steps", "400", "--samples", "2",
        "--temperature", "0.1", "--seed", "9",
      ])
    #expect(outcome.code == 0)
    for words in [
      // 18, 14 and 1 characters 20 times, 15 of them distinct, and BOS.
      "data      sea: 660 characters, vocab_size 16\n",
      "400 steps of 5 windows", "wrote sea.mgpt",
    ] {
      #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }
    #expect(!outcome.diagnostics.contains("warning"))

    // Continuous texts, each longer than the context of 8 characters.
    let texts = outcome.output.components(separatedBy: "\n---\n")
    #expect(texts.count == 2)
    #expect(texts.first?.unicodeScalars.count == 500)
    #expect(texts.last?.unicodeScalars.count == 501)
    #expect(texts.first != texts.last)
    #expect(outcome.output.contains("sea"))
    #expect(outcome.output.contains("оре"))

    // They begin as mgpt-sample's.
    let sampled = try Program.run(
      "mgpt-sample",
      ["sea.mgpt", "-n", "1", "--temperature", "0.1", "--seed", "9"],
      in: folder)
    #expect(sampled.code == 0)
    #expect(sampled.output.unicodeScalars.count == 9)
    #expect(outcome.output.hasPrefix(sampled.output.dropLast()))

    let shown = try Program.run("mgpt-inspect", ["sea.mgpt"], in: folder)
    #expect(
      shown.output.contains(
        "3552ea77f1e9592ce7d5ff9f6dfd515cf9dd321851855042bcf1aba7035e903a"))
    #expect(!shown.output.contains("data_documents"))
  }

  /// At temperature 0 each half of a context follows from the one before.
  @Test func aPrintedTextGoesOnFromItsLastHalfContext() throws {
    let folder = try Folder()
    try folder.write("sea.txt", Self.text)
    let outcome = try train(
      in: folder,
      [
        "--data", "sea.txt", "--steps", "200", "--samples", "1",
        "--temperature", "0",
      ])
    #expect(outcome.code == 0)
    #expect(outcome.output.unicodeScalars.count == 501)
    var text = ""
    for _ in 0..<15 {
      let prompt = String(text.unicodeScalars.suffix(4))
      let sampled = try Program.run(
        "mgpt-sample", ["sea.mgpt", "--temperature", "0", "--prompt", prompt],
        in: folder)
      try #require(sampled.output.hasPrefix(prompt))
      text.unicodeScalars.append(
        contentsOf: sampled.output.unicodeScalars.dropFirst(
          prompt.isEmpty ? 0 : 4
        )
        .dropLast())
    }
    #expect(text.unicodeScalars.count == 64)
    #expect(outcome.output.hasPrefix(text))
  }

  @Test func theSameSeedGivesTheSameFile() throws {
    let folder = try Folder()
    try folder.write("sea.txt", Self.text)
    func train(_ more: [String], input: Data? = nil) throws -> Data {
      let outcome = try self.train(
        in: folder, ["--steps", "6", "-o", "a.mgpt", "--force"] + more,
        input: input)
      #expect(outcome.code == 0, "\(outcome.diagnostics)")
      return try folder.data("a.mgpt")
    }
    let expected = try train(["--data", "sea.txt", "--threads", "1"])
    for threads in ["2", "3", "8"] {
      let found = try train(["--data", "sea.txt", "--threads", threads])
      #expect(found == expected)
    }
    let text = Data(Self.text.utf8)
    let piped = try train(["--data", "-"], input: text)
    #expect(piped == expected)
    #expect(try train(["--data", "/dev/stdin"], input: text) == expected)
    let other = try train(["--data", "sea.txt", "--seed", "43"])
    #expect(other != expected)
    let lines = try train(["--data", "sea.txt", "--document", "lines"])
    #expect(lines != expected)
  }

  @Test func oneTextOfTheNamesIsPrinted() throws {
    let folder = try Folder()
    let outcome = try Program.run(
      "mgpt-train", ["--document", "text", "--steps", "300"], in: folder)
    #expect(outcome.code == 0)
    // The names end in line feeds.
    #expect(outcome.diagnostics.contains("names: 219,616 characters"))
    #expect(outcome.output.unicodeScalars.count <= 501)
    #expect(!outcome.output.contains("---"))
  }

  @Test(arguments: [
    (Data(), "text.txt: the text is empty"),
    (Data([0xEF, 0xBB, 0xBF]), "text.txt: the text is empty"),
    (
      Data("äbcdefg".utf8),
      "text.txt: the text has 7 characters, expected at least 8 (block_size)"
    ),
    (
      Data([0x61, 0xC3, 0xA9, 0x0A, 0xE9, 0x0A]),
      "text.txt: the text is not UTF-8 at byte 4 (line 2): found the byte 0xe9"
    ),
  ])
  func whatIsNoTextIsRefused(bytes: Data, sentence: String) throws {
    let folder = try Folder()
    try folder.write("text.txt", bytes)
    let outcome = try train(in: folder, ["--data", "text.txt"])
    #expect(outcome.code == 65)
    #expect(outcome.diagnostics == "mgpt-train: error: \(sentence)\n")
    #expect(try folder.names == ["text.txt"])
    let piped = try train(in: folder, ["--data", "-"], input: bytes)
    #expect(piped.code == 65)
    #expect(
      piped.diagnostics
        == "mgpt-train: error: \(sentence)\n"
        .replacingOccurrences(of: "text.txt", with: "-"))
  }

  @Test(arguments: [
    (["--data", "none.txt"], 66, "none.txt: cannot open: No such file"),
    (["--data", "."], 66, ".: cannot read: Is a directory"),
    (
      ["--engine", "reference"], 64,
      "--document is text, expected lines for the reference engine"
    ),
    (["--document", "words"], 64, "words"),
  ])
  func badArguments(
    arguments: [String], code: Int32, words: String
  ) throws {
    let folder = try Folder()
    let outcome = try train(in: folder, arguments)
    #expect(outcome.code == code)
    #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    #expect(try folder.names.isEmpty)
  }
}
