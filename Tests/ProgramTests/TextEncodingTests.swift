import Foundation
import Testing

/// Files in other encodings than UTF-8, and with other line ends than LF, for
/// every option that reads lines.
@Suite struct TextEncodingTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: Data
    /// What is told, the command of which is iconv's.
    let words: String

    init(_ encoding: String, mark: [UInt8] = [], _ unit: (UInt8) -> [UInt8]) {
      testDescription = encoding + (mark.isEmpty ? "" : " with a mark")
      bytes = Data(mark + text.utf8.flatMap(unit))
      words = "“iconv -f \(encoding) -t UTF-8” converts"
    }

    init(_ name: String, _ bytes: [UInt8], _ words: String) {
      (testDescription, self.bytes, self.words) = (name, Data(bytes), words)
    }
  }

  private static let text = "anna\nbob\nclara\ndan\neve\n"
  static let samples = [
    Sample("UTF-16LE") { [$0, 0] },
    Sample("UTF-16LE", mark: [0xFF, 0xFE]) { [$0, 0] },
    Sample("UTF-16BE") { [0, $0] },
    Sample("UTF-16BE", mark: [0xFE, 0xFF]) { [0, $0] },
    Sample("UTF-32LE") { [$0, 0, 0, 0] },
    Sample("UTF-32LE", mark: [0xFF, 0xFE, 0, 0]) { [$0, 0, 0, 0] },
    Sample("UTF-32BE") { [0, 0, 0, $0] },
    Sample("UTF-32BE", mark: [0, 0, 0xFE, 0xFF]) { [0, 0, 0, $0] },
    Sample(
      "NUL", [UInt8](repeating: 0, count: 100), "full of NUL characters"),
    Sample(
      "Latin-1", Array("anna\nren".utf8) + [0xE9] + Array("\nbob\n".utf8),
      "“iconv -f WINDOWS-1252 -t UTF-8” converts"),
  ]

  @Test(arguments: samples, [[], ["--document", "text"]])
  func dataAreRefusedBeforeTraining(
    sample: Sample, more: [String]
  ) throws {
    let folder = try Folder()
    try folder.write("data.txt", sample.bytes)
    for name in ["data.txt", "-"] {
      let outcome = try Program.run(
        "mgpt-train",
        ["--data", name, "--steps", "1", "--block-size", "4", "-o", "o.mgpt"]
          + more, in: folder, input: sample.bytes)
      #expect(outcome.code == 65)
      #expect(outcome.output.isEmpty)
      #expect(lines(outcome.diagnostics).count == 1)
      #expect(
        outcome.diagnostics.hasPrefix("mgpt-train: error: \(name): the text is")
      )
      #expect(
        outcome.diagnostics.contains(sample.words), "\(outcome.diagnostics)")
      #expect(try folder.names == ["data.txt"])
    }
  }

  @Test(arguments: samples, ["--novel", "--prompts"])
  func linesAreRefused(sample: Sample, option: String) throws {
    let folder = try Folder()
    try folder.write("lines.txt", sample.bytes)
    let outcome = try sampleNames([option, "lines.txt"], in: folder)
    #expect(outcome.code == 65)
    #expect(lines(outcome.diagnostics).count == 1)
    #expect(
      outcome.diagnostics.hasPrefix(
        "mgpt-sample: error: lines.txt: the text is"))
    #expect(
      outcome.diagnostics.contains(sample.words), "\(outcome.diagnostics)")
  }

  /// CR alone, at the end of a piece too.
  @Test func returnsAloneEndLines() throws {
    let folder = try Folder()
    let returns = Self.text.replacingOccurrences(of: "\n", with: "\r")
    try folder.write("r.txt", returns)
    try folder.write("n.txt", Self.text)
    func train(_ name: String) throws -> Data {
      let outcome = try Program.run(
        "mgpt-train",
        [
          "--data", name, "--steps", "2", "--samples", "0", "-o", "o.mgpt",
          "--force",
        ], in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.diagnostics.contains("5 documents"))
      let sampled = try Program.run(
        "mgpt-sample", ["o.mgpt", "--seed", "1", "-n", "5"], in: folder)
      return Data(sampled.output.utf8)
    }
    #expect(try train("r.txt") == train("n.txt"))
    #expect(
      try sampledLines(["--prompts", "r.txt"], in: folder)
        == sampledLines(["--prompts", "n.txt"], in: folder))
    #expect(try sampledLines(["--prompts", "r.txt"], in: folder).count == 5)
    let texts = try sampledLines(["-n", "4"])
    try folder.write("known.txt", texts[..<3].joined(separator: "\r") + "\r")
    let novel = try sampleNames(["--novel", "known.txt"], in: folder)
    #expect(novel.output == texts[3] + "\n")
    #expect(novel.diagnostics.hasPrefix("novel: 3 of 4 samples"))
  }
}
