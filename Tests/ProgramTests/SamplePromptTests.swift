import Foundation
import Testing

/// `--prompts`: beginnings from a file or a pipe.
@Suite(.timeLimit(.minutes(2))) struct SamplePromptTests {
  /// Sample k of a run is that of index k, whatever the prompts of the others.
  @Test func samplesAreCountedThrough() throws {
    let prompts = ["Ma", "", "zoe", "Ma"]
    let texts = try sampledLines(
      ["--prompts", "-", "-n", "3"], input: "Ma\n\nzoe\nMa\n")
    #expect(texts.count == 12)
    for (index, text) in texts.enumerated() {
      let alone = try sampledLines(
        ["--prompt", prompts[index / 3], "-n", "\(index + 1)"])
      #expect(text == alone[index])
    }
    let json = try sampledLines(
      ["--prompts", "-", "--json"], input: "Ma\nJo\n")
    #expect(json[1].hasPrefix("{\"index\":1,\"seed\":1,\"text\":\"Jo"))
    #expect(try sampledLines(["--prompt", ""]) == sampledLines([]))
  }

  @Test func linesEndInManyWays() throws {
    let folder = try Folder()
    try folder.write("prompts.txt", "\u{FEFF}Ma\r\nzo\n\nJo")
    let texts = try sampledLines(["--prompts", "prompts.txt"], in: folder)
    #expect(
      try texts == sampledLines(["--prompts", "-"], input: "Ma\nzo\n\nJo\n"))
    #expect(texts.count == 4)
    #expect(
      try texts == sampledLines(["--prompts", "-"], input: "Ma\rzo\r\rJo\r"))
    #expect(try sampleNames(["--prompts", "-"], input: "").output.isEmpty)
    #expect(try sampledLines(["--prompts", "-"], input: "\n").count == 1)
    #expect(
      try sampleNames(["--prompts", "-", "-n", "0"], input: "Ma\n").output
        .isEmpty)
  }

  /// More of them than go through the model at a time.
  @Test func manyPromptsAreAnsweredInTheirOrder() throws {
    let names = try String(contentsOfFile: namesFile, encoding: .utf8)
    let prompts = lines(names).prefix(1100).map { String($0.prefix(3)) }
    let input = prompts.joined(separator: "\n")
    let texts = try sampledLines(["--prompts", "-"], input: input)
    #expect(texts.count == 1100)
    #expect(zip(texts, prompts).allSatisfy { $0.hasPrefix($1) })
    #expect(
      try sampledLines(["--prompts", "-", "--threads", "3"], input: input)
        == texts)
    let last = try sampleNames(
      ["--prompt", prompts[1099], "-n", "1100"])
    #expect(lines(last.output)[1099] == texts[1099])
  }

  @Test func aBadLineIsRefusedByItsNumber() throws {
    let folder = try Folder()
    try folder.write("prompts.txt", "Ma\nJo\nR2\nAl\n")
    let jo = try sampledLines(["--prompt", "Jo", "-n", "2"])[1]
    expectRefusal(
      try sampleNames(["--prompts", "prompts.txt"], in: folder), 65,
      "prompts.txt: line 3 cannot be continued: the character “2” (U+0032) is"
        + " not in the vocabulary", output: "Maman\n\(jo)\n")
    expectRefusal(
      try sampleNames(
        ["--prompts", "-"], input: String(repeating: "a", count: 16)), 65,
      "standard input: line 1 cannot be continued: the prompt has 16"
        + " characters, expected at most 15 (block_size - 1)")
    try folder.write("prompts.txt", Data([0x4D, 0x61, 0x0A, 0x61, 0xC3, 0x0A]))
    expectRefusal(
      try sampleNames(["--prompts", "prompts.txt"], in: folder), 65,
      "prompts.txt: the text is not UTF-8 at byte 4 (line 2): found the byte"
        + " 0xc3; if it is Latin-1 or Windows-1252, “iconv -f WINDOWS-1252 -t"
        + " UTF-8” converts it", output: "Maman\n")
    expectRefusal(
      try sampleNames(["--prompts", "none.txt"], in: folder), 66,
      "none.txt: cannot open: No such file or directory")
    expectRefusal(
      try sampleNames(["--prompts", "."], in: folder), 66,
      ".: cannot read: Is a directory")
  }

  /// As long as the model needs for itself: an answer comes before the next
  /// prompt is there.
  @Test(arguments: [[], ["--stream"], ["--json"], ["--unique"]])
  func aPromptIsAnsweredAtOnce(arguments: [String]) throws {
    let folder = try Folder()
    let (input, output) = (Pipe(), Pipe())
    let program = try RunningProgram(
      "mgpt-sample",
      [namesModel, "--seed", "1", "--prompts", "-"] + arguments, in: folder,
      input: input, output: output)
    // Its end is the program's alone.
    try output.fileHandleForWriting.close()
    // LF after the CR that has ended a line is no line of its own.
    for (prompt, end) in [("Ma", "\n"), ("Jo", "\r"), ("\nAl", "\r\n")] {
      input.fileHandleForWriting.write(Data("\(prompt)\(end)".utf8))
      var answer = ""
      while !answer.hasSuffix("\n") {
        let byte = try #require(
          try output.fileHandleForReading.read(upToCount: 1))
        answer += String(decoding: byte, as: UTF8.self)
      }
      #expect(answer.contains(prompt.filter { $0 != "\n" }))
    }
    try input.fileHandleForWriting.close()
    #expect(program.end() == 0)
  }
}
