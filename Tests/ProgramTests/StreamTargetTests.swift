import Foundation
import Testing

/// Targets and sources that are no regular files: bytes go straight through,
/// and nothing is replaced.
@Suite struct StreamTargetTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.trainModel("a.mgpt")
    let outcome = try Program.run(
      "mgpt-convert", ["a.mgpt", "a.json"], in: folder)
    try #require(outcome.code == 0)
  }

  @Test(arguments: [
    "mgpt-convert a.mgpt /dev/stdout --to json | cat > b",
    "mgpt-convert a.mgpt /dev/stdout --to json > b",
    "mgpt-convert a.mgpt /dev/fd/1 --to json | cat > b",
    "mgpt-convert a.mgpt /dev/fd/1 --to json > b",
    "mgpt-convert a.mgpt /dev/stderr --to json 2> b",
    "mgpt-convert a.mgpt /dev/fd/5 --to json 5> b",
    "ln -s /dev/stdout out.json; mgpt-convert a.mgpt out.json | cat > b",
    "mkfifo p.json; cat p.json > b & mgpt-convert a.mgpt p.json && wait",
    "cat a.mgpt | mgpt-convert /dev/stdin b --from binary --to json",
    "mgpt-convert /dev/stdin b --from binary --to json < a.mgpt",
    "cat a.json | mgpt-convert /dev/fd/0 b --from json --to json",
    "mkfifo p; cat a.mgpt > p & mgpt-convert p b --from binary --to json",
    "mkfifo p; cat a.json > p & mgpt-convert p b --from json --to json",
  ])
  func bytesGoStraightThrough(command: String) throws {
    let outcome = try shell(command, in: folder)
    #expect(outcome.code == 0, "\(outcome.diagnostics)")
    #expect(outcome.output.isEmpty && outcome.diagnostics.isEmpty)
    #expect(try folder.data("b") == folder.data("a.json"))
    #expect(try !folder.names.contains { $0.hasSuffix(".partial") })
  }

  /// Where the shell's file stands, not at its start.
  @Test func aStreamGoesOnWhereItStands() throws {
    let outcome = try shell(
      """
      { echo one; mgpt-convert a.mgpt /dev/stdout --to json; echo two; } > b
      { echo one; cat a.json; echo two; } | cmp - b
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.diagnostics)")
  }

  @Test func devicesStayDevices() throws {
    let link = folder.url.appending(path: "link.json").path
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "/dev/null")
    for path in ["/dev/null", "link.json"] {
      let outcome = try Program.run(
        "mgpt-convert", ["a.mgpt", path, "--to", "json", "--force"],
        in: folder)
      #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    }
    var status = stat()
    #expect(stat("/dev/null", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: link)
        == "/dev/null")
    // A checkpoint of a run is replaced again and again.
    for path in ["/dev/null", "/dev/stdout"] {
      let train = try Program.run(
        "mgpt-train", ["--steps", "1", "-o", path, "--force"], in: folder)
      #expect(train.code == 73 && train.output.isEmpty)
      #expect(
        train.diagnostics
          == "mgpt-train: error: \(path): this is not a regular file\n")
    }
  }

  @Test(arguments: [
    (
      "mgpt-convert a.mgpt /dev/full --to json", 74,
      "/dev/full: cannot write: No space left on device"
    ),
    (
      "mgpt-convert a.mgpt /dev/full --to binary", 74,
      "/dev/full: cannot write: No space left on device"
    ),
    (
      "mgpt-inspect curve a.mgpt -o /dev/full", 74,
      "/dev/full: cannot write: No space left on device"
    ),
    (
      "mgpt-convert a.mgpt /dev/stdout --to json >&-", 74,
      "/dev/stdout: cannot write: Bad file descriptor"
    ),
    (
      "mgpt-convert a.mgpt /dev/fd/9 --to json 9>&-", 73,
      "/dev/fd/9: cannot open: Bad file descriptor"
    ),
  ])
  func failuresAreTold(command: String, code: Int32, words: String) throws {
    let full = command.contains("/dev/full")
    if full && !FileManager.default.fileExists(atPath: "/dev/full") { return }
    // The curve needs losses.
    try folder.train("a.mgpt", ["--force"])
    let outcome = try shell(command, in: folder)
    #expect(outcome.code == code && outcome.output.isEmpty)
    #expect(lines(outcome.diagnostics).count == 1)
    #expect(
      outcome.diagnostics.hasSuffix(": error: \(words)\n"),
      "\(outcome.diagnostics)")
  }

  @Test(arguments: ["verify", "fingerprint", "show"])
  func inspectionReadsStreams(subcommand: String) throws {
    let expected = try shell("mgpt-inspect \(subcommand) a.mgpt", in: folder)
    for command in [
      "mgpt-inspect \(subcommand) - < a.mgpt",
      "cat a.mgpt | mgpt-inspect \(subcommand) -",
      "cat a.mgpt | mgpt-inspect \(subcommand) /dev/stdin",
      "mkfifo p; cat a.mgpt > p & mgpt-inspect \(subcommand) p",
    ] {
      let outcome = try shell(command, in: folder)
      #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
      let words = ["  /dev/stdin", "  -", "  p", "-:", "/dev/stdin:", "p:"]
      var output = outcome.output
      for word in words where output.hasSuffix(word + "\n") {
        output = output.replacing(word, with: "  a.mgpt")
      }
      for word in words where output.hasPrefix(word) {
        output = "a.mgpt:" + output.dropFirst(word.count)
      }
      #expect(output == expected.output)
    }
    // A device without an end is read no further than it takes.
    let endless = try shell("mgpt-inspect \(subcommand) /dev/zero", in: folder)
    #expect(endless.code == 65)
    #expect(endless.diagnostics.contains("/dev/zero: this is not a checkpoint"))
  }

  @Test func aCurveOfAStreamIsDrawn() throws {
    try folder.train("c.mgpt")
    let expected = try shell("mgpt-inspect curve c.mgpt", in: folder)
    #expect(expected.code == 0)
    let piped = try shell(
      "mkfifo p; cat c.mgpt > p & mgpt-inspect curve p", in: folder)
    #expect(piped.code == 0 && piped.diagnostics.isEmpty)
    #expect(piped.output == expected.output.replacing("c.mgpt", with: "p"))
  }
}
