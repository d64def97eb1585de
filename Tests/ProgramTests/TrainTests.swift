import CMicroGPTKernels
import Foundation
import Testing

@Suite struct TrainTests {
  @Test func trainsOnBundledNamesWithoutArguments() throws {
    let folder = try Folder()
    let outcome = try Program.run("mgpt-train", [], in: folder)
    #expect(outcome.code == 0)
    #expect(lines(outcome.output).count == 20)
    #expect(lines(outcome.output).allSatisfy { !$0.isEmpty })
    #expect(try folder.names == ["names.mgpt"])
    for words in [
      "30,460 documents", "219,616 tokens", "4,192 parameters", "seed 42",
      // microgpt.py's losses, and their mean over the last 100 steps.
      "step    1/1000  loss 3.4299", "step    2/1000  loss 3.4744",
      "step    3/1000  loss 3.3100", "mean loss of the last 100 steps: 2.3995",
      "wrote names.mgpt", "mgpt-sample names.mgpt",
      "mgpt-inspect names.mgpt", "mgpt-convert names.mgpt names.json",
    ] {
      #expect(outcome.diagnostics.contains(words), "\(words)")
    }
    #if os(Linux)
    // The initial weights come from the C library's sine and logarithm.
    if mgpt_kernels_in_use().pointee.is_fused != 0 {
      let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/names.mgpt")
      #expect(try folder.data("names.mgpt") == Data(contentsOf: fixture))
    }
    #endif
    let sampled = try Program.run(
      "mgpt-sample", ["names.mgpt", "-n", "20", "--seed", "42"], in: folder)
    #expect(sampled.output == outcome.output)
  }

  @Test func outputIsNotReplacedUnlessForced() throws {
    let folder = try Folder()
    try folder.write("towns.txt", "aa\nbb\n")
    try folder.write("towns.mgpt", "precious")
    let arguments = ["--data", "towns.txt", "--steps", "3", "--samples", "0"]
    let refused = try Program.run("mgpt-train", arguments, in: folder)
    #expect(refused.code == 73)
    #expect(
      refused.diagnostics
        == "mgpt-train: error: towns.mgpt: the file exists already; --force"
        + " replaces it\n")
    #expect(try folder.data("towns.mgpt") == Data("precious".utf8))
    let forced = try Program.run(
      "mgpt-train", arguments + ["--force"], in: folder)
    #expect(forced.code == 0)
    #expect(try folder.data("towns.mgpt").count > 1000)
    #expect(try folder.names == ["towns.mgpt", "towns.txt"])
  }

  @Test func theSameSeedGivesTheSameFile() throws {
    let folder = try Folder()
    let options = ["--batch-size", "5"]
    try folder.train("a.mgpt", options + ["--threads", "1"])
    try folder.train("b.mgpt", options + ["--threads", "3"])
    try folder.train("c.mgpt", options + ["--seed", "43"])
    #expect(try folder.data("a.mgpt") == folder.data("b.mgpt"))
    #expect(try folder.data("a.mgpt") != folder.data("c.mgpt"))
  }

  @Test func enginesAgree() throws {
    let folder = try Folder()
    func means(_ engine: String) throws -> [String] {
      let outcome = try Program.run(
        "mgpt-train",
        [
          "--engine", engine, "--steps", "3", "--batch-size", "2", "-o",
          "\(engine).mgpt", "--n-layer", "2", "--n-embd", "8", "--n-head", "2",
          "--seed", "7", "--learning-rate", "0.02", "--block-size", "5",
        ], in: folder)
      #expect(outcome.code == 0)
      #expect(lines(outcome.output).count == 20)
      return lines(outcome.diagnostics).filter { $0.hasPrefix("step") }
    }
    #expect(try means("reference") == means("fast"))
    let shown = try Program.run(
      "mgpt-inspect", ["reference.mgpt"], in: folder)
    #expect(shown.output.contains(" f64 "))
    let sampled = try Program.run(
      "mgpt-sample", ["reference.mgpt", "-n", "3"], in: folder)
    #expect(lines(sampled.output).count == 3)
  }

  @Test func documentsLongerThanTheBlockAreCounted() throws {
    let folder = try Folder()
    try folder.write("long.txt", "abcdefgh\nab\nabcde\n")
    let outcome = try Program.run(
      "mgpt-train",
      ["--data", "long.txt", "--block-size", "5", "--steps", "2"], in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.diagnostics.contains("warning: 2 of 3 documents are longer"))
    #expect(outcome.diagnostics.contains("--block-size 9 would"))
  }

  @Test(arguments: [
    ("", 65, "empty.txt: the text has no documents: every line is blank"),
    (" \n\t\n", 65, "the text has no documents"),
    ("a\u{0}b\n", 0, "vocab_size 4"),
  ])
  func unusualData(text: String, code: Int32, words: String) throws {
    let folder = try Folder()
    try folder.write("empty.txt", text)
    let outcome = try Program.run(
      "mgpt-train", ["--data", "empty.txt", "--steps", "1", "--samples", "0"],
      in: folder)
    #expect(outcome.code == code)
    #expect(outcome.diagnostics.contains(words))
    if code != 0 {
      #expect(try folder.names == ["empty.txt"])
    }
  }

  @Test func dataThatIsNotUTF8() throws {
    let folder = try Folder()
    try folder.write("latin.txt", Data([0x61, 0x0a, 0xe9, 0x0a]))
    let outcome = try Program.run(
      "mgpt-train", ["--data", "latin.txt"], in: folder)
    #expect(outcome.code == 65)
    #expect(
      outcome.diagnostics
        == "mgpt-train: error: latin.txt: the text is not UTF-8 at byte 2"
        + " (line 2): found the byte 0xe9; if it is Latin-1 or Windows-1252,"
        + " “iconv -f WINDOWS-1252 -t UTF-8” converts it\n")
  }

  @Test(arguments: [
    (["--data", "none.txt"], 66, "none.txt: cannot open: No such file"),
    (["--data", "."], 66, ".: cannot read: Is a directory"),
    (["-o", "no/such/x.mgpt"], 73, "there is no folder “no”"),
    // Found before the training, which would take days.
    (["-o", "no/such/x.mgpt", "--steps", "1000000000"], 73, "cannot create"),
    (["-o", "x/", "--steps", "1000000000"], 73, "x/: a name that ends in /"),
    (["-o", ""], 64, "for '-o <output>': expected the name of a file"),
    (["-o", "-"], 64, "--output is “-”"),
    (
      ["--engine", "reference", "--temperature", "0"], 64, "--temperature is 0"
    ),
    (["-o", "/dev/null"], 73, "/dev/null: this is not a regular file"),
    (["--steps", "0"], 64, "number of steps is 0, expected 1 to 1000000000"),
    (["--steps", "99999999999999999999"], 64, "invalid"),
    (["--n-head", "3"], 64, "n_head is 3, expected a divisor of n_embd (16)"),
    (["--n-embd", "-1"], 64, "n_embd is -1"),
    (["--learning-rate", "nan"], 64, "learning rate is nan"),
    (["--temperature", "-1"], 64, "--temperature is -1.0"),
    (["--threads", "0"], 64, "--threads is 0"),
    (["--engine", "slow"], 64, "slow"),
    (["--codec", "zip"], 64, "zip"),
    (["--n-embd", "65536", "--n-layer", "1000"], 71, "MiB of memory"),
  ])
  func badArguments(
    arguments: [String], code: Int32, words: String
  ) throws {
    let folder = try Folder()
    let outcome = try Program.run(
      "mgpt-train",
      arguments + (arguments.contains("--steps") ? [] : ["--steps", "1"]),
      in: folder)
    #expect(outcome.code == code)
    #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    #expect(outcome.output.isEmpty)
    #expect(try folder.names.isEmpty)
  }

  @Test func dataIsNotOverwritten() throws {
    let folder = try Folder()
    try folder.write("towns.mgpt", "aa\nbb\n")
    let outcome = try Program.run(
      "mgpt-train", ["--data", "towns.mgpt", "--force"], in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.diagnostics.contains("towns.mgpt is both read and written"))
    #expect(try folder.data("towns.mgpt") == Data("aa\nbb\n".utf8))
  }

  @Test func suggestionsAreSpeltForAShell() throws {
    let folder = try Folder()
    try folder.write("it's.txt", "aa\nbb\n")
    let outcome = try Program.run(
      "mgpt-train", ["--data", "it's.txt", "--steps", "2"], in: folder)
    #expect(
      outcome.diagnostics.contains("mgpt-sample 'it'\\''s.mgpt' -n 5\n"))
  }
}
