import Foundation
import Testing

/// Texts in composed form (NFC) and decomposed form (NFD) side by side.
@Suite struct NormalFormTests {
  private static let composed = "andré\nrené\nzoé\nanne\n"
  private static let decomposed =
    composed.replacingOccurrences(of: "é", with: "e\u{301}")

  private func train(
    on text: String, _ more: [String] = [], in folder: Folder
  ) throws -> Program.Outcome {
    try folder.write("data.txt", text)
    return try Program.run(
      "mgpt-train",
      [
        "--data", "data.txt", "--steps", "2", "--samples", "0", "-o", "a.mgpt",
        "--force",
      ] + more, in: folder)
  }

  @Test(arguments: [
    (composed, nil, []),
    ("บ้านที่\nשָׁלוֹם\nहिन्दी\n", nil, []),
    (
      decomposed,
      "warning: 3 characters of the data are in decomposed form (NFD), as “é”"
        + " (U+00E9) is in “e” (U+0065) and U+0301, which the model learns as"
        + " several characters each; “uconv -x nfc” or", []
    ),
    (
      decomposed, "warning: 3 characters of the data are in decomposed form",
      ["--document", "text", "--block-size", "8"]
    ),
    (
      composed + "zoe\u{301}\n",
      "warning: 1 character of the data is in decomposed form (NFD), as “é”"
        + " (U+00E9) is in “e” (U+0065) and U+0301, and the vocabulary has the"
        + " composed form (NFC) too, which is another character to the model",
      []
    ),
  ])
  func trainingWarns(text: String, words: String?, more: [String]) throws {
    let outcome = try train(on: text, more, in: Folder())
    #expect(outcome.code == 0, "\(outcome.diagnostics)")
    if let words {
      #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    } else {
      #expect(!outcome.diagnostics.contains("warning"))
    }
  }

  @Test func dataOfAnotherFormAreRefusedWithTheCommand() throws {
    let folder = try Folder()
    for (text, other, words) in [
      (Self.composed, Self.decomposed, "“é” (U+00E9); “uconv -x nfc”"),
      (
        Self.decomposed, Self.composed,
        "“e” (U+0065) and U+0301; “uconv -x nfd”"
      ),
    ] {
      #expect(try train(on: text, ["-o", "m.mgpt"], in: folder).code == 0)
      for more in [
        ["--init-from", "m.mgpt"], ["--resume", "m.mgpt", "--extend", "1"],
        ["--init-from", "m.mgpt", "--document", "text"],
      ] {
        try folder.write("other.txt", other)
        let outcome = try Program.run(
          "mgpt-train",
          ["--data", "other.txt"] + more
            + (more[0] == "--resume" ? [] : ["-o", "none.mgpt"]), in: folder)
        #expect(outcome.code == 65)
        #expect(
          outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
      }
      #expect(try !folder.names.contains("none.mgpt"))
    }
  }

  @Test func whatIsTypedInAnotherFormIsRefusedWithTheCommand() throws {
    let folder = try Folder()
    #expect(
      try train(on: Self.composed, ["-o", "c.mgpt"], in: folder).code == 0)
    #expect(
      try train(on: Self.decomposed, ["-o", "d.mgpt"], in: folder).code == 0)
    for (model, typed, words) in [
      ("c.mgpt", "e\u{301}", "(NFC), as “é” (U+00E9); “uconv -x nfc”"),
      ("d.mgpt", "é", "(NFD), as “e” (U+0065) and U+0301; “uconv -x nfd”"),
      ("d.mgpt", "É", "(NFD), as “e” (U+0065) and U+0301; “uconv -x nfd”"),
    ] {
      let refused = try Program.run(
        "mgpt-sample", [model, "--prompt", typed], in: folder)
      #expect(refused.code == 64 || refused.code == 65)
      #expect(refused.diagnostics.contains(words), "\(refused.diagnostics)")
      let lines = try Program.run(
        "mgpt-sample", [model, "--prompts", "-"], in: folder,
        input: Data("z\n\(typed)\n".utf8))
      #expect(lines.code == 65)
      #expect(lines.diagnostics.contains("line 2"))
      #expect(lines.diagnostics.contains(words), "\(lines.diagnostics)")
      for option in ["--ban", "--stop"] {
        let warned = try Program.run(
          "mgpt-sample", [model, option, typed], in: folder)
        #expect(warned.code == 0)
        #expect(warned.diagnostics.contains(words), "\(warned.diagnostics)")
      }
    }
    let forced = try Program.run(
      "mgpt-sample", ["d.mgpt", "--force", "0=é"], in: folder)
    #expect(forced.code == 64 && forced.diagnostics.contains("uconv -x nfd"))
    let two = try Program.run(
      "mgpt-sample", ["c.mgpt", "--force", "0=e\u{301}"], in: folder)
    #expect(two.code == 64)
    #expect(two.diagnostics.contains("decomposed form (NFD), which takes 2"))
  }

  /// A model that has to write one name, and a file that has it in the other form.
  @Test func linesAreKnownInBothForms() throws {
    let folder = try Folder()
    for (text, other, forced) in [
      ("é\n", "e\u{301}\n", ["--force", "0=é"]),
      ("e\u{301}\n", "é\n", ["--force", "0=e", "--force", "1=\u{301}"]),
    ] {
      let trained = try train(
        on: text, ["--block-size", "4", "-o", "m.mgpt"],
        in: folder)
      #expect(trained.code == 0)
      try folder.write("known.txt", other)
      let outcome = try Program.run(
        "mgpt-sample",
        [
          "m.mgpt", "--novel", "known.txt", "--seed", "1", "--max-length",
          "\(forced.count / 2)",
        ] + forced, in: folder)
      #expect(outcome.code == 69)
      #expect(outcome.output.isEmpty)
      #expect(
        outcome.diagnostics.contains(
          "10,000 of 10,000 samples (100.0 %) repeated"),
        "\(outcome.diagnostics)")
      #expect(!outcome.diagnostics.contains("--novel has no effect"))
    }
  }
}
