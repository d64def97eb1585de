import Foundation
import Testing

/// `--unique` and `--novel`, checked by counting anew.
@Suite struct SampleSelectionTests {
  @Test func noTextComesTwice() throws {
    let all = try sampledLines(["-n", "3000", "--max-length", "2"])
    var seen: Set<String> = []
    let distinct = all.filter { seen.insert($0).inserted }
    #expect(distinct.count > 80)
    let unique = try sampledLines(
      ["-n", "80", "--max-length", "2", "--unique"])
    #expect(unique == Array(distinct.prefix(80)))
  }

  @Test func thereIsAnEndWithoutNewTexts() throws {
    let outcome = try sampleNames(
      ["-n", "1000000", "--unique", "--max-length", "1", "--only", "abcx"])
    #expect(outcome.code == 69)
    #expect(lines(outcome.output).sorted() == ["a", "b", "c", "x"])
    #expect(
      outcome.diagnostics
        == "mgpt-sample: error: gave up after 4 texts, as 10,000 samples in a"
        + " row were not new\n")
  }

  @Test func noLineOfTheFileIsPrinted() throws {
    let names = Set(
      lines(try String(contentsOfFile: namesFile, encoding: .utf8)))
    let all = try sampledLines(["-n", "400", "--temperature", "0.4"])
    let novel = all.enumerated().filter { !names.contains($1) }.prefix(150)
    #expect(novel.count == 150)
    let outcome = try sampleNames(
      ["-n", "150", "--temperature", "0.4", "--novel", namesFile])
    #expect(outcome.code == 0)
    #expect(lines(outcome.output) == novel.map(\.element))

    let drawn = try #require(novel.last).offset + 1
    let repeated = drawn - 150
    #expect(repeated > 50)
    let share = String(
      format: "%.1f", 100 * Double(repeated) / Double(drawn))
    #expect(
      outcome.diagnostics
        == "novel: \(repeated) of \(drawn) samples (\(share) %) repeated a line"
        + " of \(namesFile)\n")
    let threads = try sampleNames([
      "-n", "150", "--temperature", "0.4", "--novel", namesFile, "--threads",
      "3",
    ])
    #expect(threads.output == outcome.output)
    #expect(threads.diagnostics == outcome.diagnostics)
  }

  /// The first five with seed 1, spelled in other ways, and lines that the
  /// model cannot write.
  @Test func linesAreReadAsTheModelReadsThem() throws {
    let texts = try sampledLines(["-n", "6"])
    let folder = try Folder()
    try folder.write(
      "lines.txt",
      "\u{FEFF}\(texts[0])\r\n\n  \(texts[1].uppercased())\u{3000}\r"
        + "R2-D2\n\t\(texts[2])\u{1F} \n\(texts[3].capitalized)")
    let outcome = try sampleNames(
      ["-n", "2", "--novel", "lines.txt"], in: folder)
    #expect(lines(outcome.output) == Array(texts[4...]))
    #expect(
      outcome.diagnostics
        == "novel: 4 of 6 samples (66.7 %) repeated a line of lines.txt\n")

    // The prompt is echoed as typed, and compared as the model has it.
    try folder.write("lines.txt", "maman\nMALTAI\n")
    let prompted = try sampleNames(
      ["--prompt", "Ma", "--novel", "-"], in: folder,
      input: "maman\nMALTAI\n")
    #expect(prompted.output == "Maryan\n")
    #expect(
      prompted.diagnostics
        == "novel: 2 of 3 samples (66.7 %) repeated a line of standard"
        + " input\n")
    let spelled = try sampledLines(
      ["--prompts", "-", "--unique", "--max-length", "1"],
      input: "Ma\nma\nMA\n")
    #expect(Set(spelled.map { $0.lowercased() }).count == 3)
  }

  @Test func filesOfLines() throws {
    let folder = try Folder()
    try folder.write("empty.txt", "")
    let outcome = try sampleNames(
      ["-n", "1200", "--novel", "empty.txt"], in: folder)
    #expect(
      try outcome.output == sampleNames(["-n", "1200"]).output)
    #expect(
      outcome.diagnostics
        == "warning: --novel has no effect: empty.txt has no lines\n"
        + "novel: 0 of 1,200 samples (0.0 %) repeated a line of empty.txt\n")
    let none = try sampleNames(
      ["-n", "0", "--novel", "empty.txt"], in: folder)
    #expect(none.code == 0 && none.output.isEmpty)
    try folder.write("bad.txt", Data([0x61, 0x0A, 0xFF, 0x0A]))
    expectRefusal(
      try sampleNames(["--novel", "bad.txt"], in: folder), 65,
      "bad.txt: the text is not UTF-8 at byte 2 (line 2): found the byte 0xff"
        + "; if it is Latin-1 or Windows-1252, “iconv -f WINDOWS-1252 -t UTF-8”"
        + " converts it")
    expectRefusal(
      try sampleNames(["--novel", "none.txt"], in: folder), 66,
      "none.txt: cannot open: No such file or directory")
  }

  /// The one text that there is, then none: the share is told all the same.
  @Test func bothAtOnce() throws {
    let folder = try Folder()
    try folder.write("lines.txt", "a\n")
    let outcome = try sampleNames(
      [
        "-n", "3", "--unique", "--novel", "lines.txt", "--only", "ab",
        "--max-length", "1", "--json",
      ], in: folder)
    #expect(outcome.code == 69)
    #expect(lines(outcome.output).count == 1)
    #expect(outcome.output.contains("\"text\":\"b\""))
    let said = lines(outcome.diagnostics)
    #expect(said.count == 2 && said[0].hasPrefix("novel: "))
    #expect(said[1].contains("gave up after 1 text,"))
  }
}
