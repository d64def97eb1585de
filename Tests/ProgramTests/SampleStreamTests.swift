import Foundation
import Testing

/// `--stream`, and the ends of runs that have no end.
@Suite(.timeLimit(.minutes(2))) struct SampleStreamTests {
  @Test(arguments: [
    ["-n", "20"], ["-n", "9", "--prompt", "Ma", "--stop", "an"],
    ["--slide", "--min-length", "40", "-n", "2"], ["-n", "0"],
  ])
  func aStreamIsTheSameText(arguments: [String]) throws {
    let streamed = try sampleNames(arguments + ["--stream"])
    #expect(streamed.code == 0 && streamed.diagnostics.isEmpty)
    #expect(try streamed.output == sampleNames(arguments).output)
  }

  @Test func promptsAreStreamed() throws {
    let arguments = ["--prompts", "-", "-n", "2"]
    #expect(
      try sampledLines(arguments + ["--stream"], input: "Ma\n\nJo\n")
        == sampledLines(arguments, input: "Ma\n\nJo\n"))
    expectRefusal(
      try sampleNames(arguments + ["--stream"], input: "Ma\nR2\n"), 65,
      "standard input: line 2 cannot be continued: the character “2” (U+0032)"
        + " is not in the vocabulary", output: "Maman\nMaltai\n")
  }

  /// Of a text that would never end.
  @Test func charactersComeOneByOne() throws {
    let output = Pipe()
    let program = try RunningProgram(
      "mgpt-sample",
      [
        namesModel, "--stream", "--slide", "--min-length", "1000000000",
        "--seed", "1",
      ], in: Folder(), output: output)
    try output.fileHandleForWriting.close()
    var count = 0
    while count < 100 {
      let bytes = try #require(
        try output.fileHandleForReading.read(upToCount: 100 - count))
      count += bytes.count
    }
    program.send(SIGINT)
    #expect(program.end() == -SIGINT)
  }

  /// What a shell sees as 130 and 143; the file ends with a whole line.
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsTheRunBetweenTexts(signal: Int32) throws {
    let folder = try Folder()
    try folder.write("names.txt", "")
    let file = folder.url.appending(path: "names.txt")
    let program = try RunningProgram(
      "mgpt-sample",
      [namesModel, "-n", "1000000000", "--prompt", "Ma", "--seed", "1"],
      in: folder, output: try FileHandle(forWritingTo: file))
    while try folder.data("names.txt").count < 20_000 { usleep(2000) }
    program.send(signal)
    #expect(program.end() == -signal)
    #expect(try program.diagnostics.isEmpty)
    let text = String(decoding: try folder.data("names.txt"), as: UTF8.self)
    #expect(text.hasSuffix("\n"))
    #expect(lines(text).allSatisfy { $0.hasPrefix("Ma") })
  }

  /// A reader that has seen enough, as `head`.
  @Test func aClosedPipeEndsTheRun() throws {
    let output = Pipe()
    let program = try RunningProgram(
      "mgpt-sample", [namesModel, "-n", "1000000000", "--seed", "1"],
      in: Folder(), output: output)
    try output.fileHandleForWriting.close()
    _ = try output.fileHandleForReading.read(upToCount: 1)
    try output.fileHandleForReading.close()
    #expect([-SIGPIPE, 74].contains(program.end()))
  }

  @Test(arguments: [[], ["--stream"], ["--json"], ["-n", "3000"]])
  func aFullDiskIsNoticed(arguments: [String]) throws {
    guard let full = FileHandle(forWritingAtPath: "/dev/full") else { return }
    let outcome = try Program.run(
      "mgpt-sample", [namesModel, "--seed", "1"] + arguments, in: Folder(),
      output: full)
    expectRefusal(
      outcome, 74,
      "standard output: cannot write: No space left on device")
  }

  @Test func closedStreams() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      """
      "$0" "$1" --seed 1 2>&1 >&-
      echo $?
      "$0" "$1" --seed 1 --prompts - 2>&1 <&-
      echo $?
      """, try Program.url("mgpt-sample").path, namesModel,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(
      String(decoding: said, as: UTF8.self) == """
        mgpt-sample: error: standard output: cannot write: Bad file descriptor
        74
        mgpt-sample: error: standard input: cannot read: Bad file descriptor
        66

        """)
  }
}
