import Foundation
import Testing

/// What is said of files that cannot be used: the true one, for the true reason.
@Suite struct FileErrorTests {
  /// An empty name is the fault of the option that it was given to.
  @Test(arguments: [
    ("mgpt-train", ["--data", ""], "--data <data>"),
    ("mgpt-train", ["--config", ""], "--config <config>"),
    ("mgpt-train", ["--resume", ""], "--resume <resume>"),
    ("mgpt-train", ["--init-from", ""], "--init-from <init-from>"),
    ("mgpt-train", ["--log", ""], "--log <log>"),
    ("mgpt-train", ["-o", ""], "-o <output>"),
    ("mgpt-sample", [""], "<file>"),
    ("mgpt-sample", ["a.mgpt", "--prompts", ""], "--prompts <file>"),
    ("mgpt-sample", ["a.mgpt", "--novel", ""], "--novel <file>"),
    ("mgpt-serve", ["a.mgpt", ""], "<files>"),
    ("mgpt-convert", ["", "b.json"], "<input>"),
    ("mgpt-convert", ["a.mgpt", "", "--to", "json"], "<output>"),
    ("mgpt-inspect", [""], "<file>"),
    ("mgpt-inspect", ["verify", ""], "<files>"),
    ("mgpt-inspect", ["fingerprint", ""], "<files>"),
    ("mgpt-inspect", ["curve", ""], "<file>"),
    ("mgpt-inspect", ["curve", "a.mgpt", "-o", ""], "-o <file.svg>"),
  ])
  func anEmptyNameIsToldByItsOption(
    program: String, arguments: [String], option: String
  ) throws {
    let folder = try Folder()
    let outcome = try Program.run(program, arguments, in: folder)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(
      lines(outcome.diagnostics).first
        == "Error: The value '' is invalid for '\(option)': expected the name"
        + " of a file")
    #expect(try folder.names.isEmpty)
  }

  /// A repaired path would be another path.
  @Test(arguments: [
    ("mgpt-train --data", "bad\\xFF.txt"), ("mgpt-inspect", "bad\\xFF.txt"),
    ("mgpt-sample", "bad\\xFF.txt"), ("mgpt-serve", "bad\\xFF.txt"),
    ("mgpt-convert x.mgpt", "bad\\xFF.txt"), ("mgpt-bench", "bad\\xFF.txt"),
    ("mgpt-sample x.mgpt --prompt", "bad\\xFF.txt"),
  ])
  func argumentsThatAreNotUTF8AreShown(call: String, words: String) throws {
    let folder = try Folder()
    let outcome = try shell(
      "printf x > \"$(printf 'bad\\377.txt')\";"
        + " \(call) \"$(printf 'bad\\377.txt')\"", in: folder)
    let program = call.prefix { $0 != " " }
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(lines(outcome.diagnostics).count == 1)
    #expect(
      outcome.diagnostics.hasPrefix(
        "\(program): error: the argument “\(words)” is not UTF-8"),
      "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.contains("--data - < FILE"))
  }

  /// One sentence stays one line, and does nothing to a terminal.
  @Test func controlCharactersAreEscaped() throws {
    let folder = try Folder()
    let name = "a\nb\u{1B}[31m.x"
    let calls =
      [
        ("mgpt-inspect", [name]), ("mgpt-sample", [name]),
        ("mgpt-convert", [name, "b.json", "--from", "json"]),
        ("mgpt-train", ["--data", name]), ("mgpt-train", ["--resume", name]),
      ] + Program.server.map { ($0, [name]) }
    for (program, arguments) in calls {
      let outcome = try Program.run(program, arguments, in: folder)
      #expect(outcome.code == 66)
      #expect(
        outcome.diagnostics
          == "\(program): error: a\\nb\\u{1B}[31m.x: cannot open: No such"
          + " file or directory\n")
    }
    let form = try Program.run(
      "mgpt-convert", ["a.mgpt", "a\nb\u{1B}"], in: folder)
    #expect(form.code == 64)
    #expect(
      lines(form.diagnostics).first?.hasPrefix(
        "Error: the ending of a\\nb\\u{1B} does not tell the form") == true)
    // No name makes a line of its own among the verdicts.
    let verdict = try Program.run(
      "mgpt-inspect", ["verify", "b.mgpt: ok\na.mgpt"], in: folder)
    #expect(verdict.output == "b.mgpt: ok\\na.mgpt: FAILED\n")
  }

  /// sha256sum reads the line again.
  @Test func fingerprintsOfOddNamesAreEscapedAsSha256sumDoes() throws {
    let folder = try Folder()
    try folder.trainModel("a.mgpt")
    let bytes = try folder.data("a.mgpt")
    try folder.write("n\nb\\c.mgpt", bytes)
    let outcome = try Program.run(
      "mgpt-inspect", ["fingerprint", "n\nb\\c.mgpt"], in: folder)
    #expect(lines(outcome.output).count == 1)
    #expect(outcome.output.hasPrefix("\\"))
    #expect(outcome.output.hasSuffix("  n\\nb\\\\c.mgpt\n"))
  }

  @Test func theFolderAtFaultIsNamed() throws {
    let folder = try Folder()
    try folder.write("file", "x")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "folder"),
      withIntermediateDirectories: false)
    for (link, target) in [("dangling", "gone"), ("loop", "loop")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.url.appending(path: link).path,
        withDestinationPath: target)
    }
    for (path, words) in [
      ("no/such/x", "cannot open: there is no folder “no”"),
      ("folder/no/x", "cannot open: there is no folder “folder/no”"),
      ("file/x", "cannot open: “file” is no folder"),
      ("folder", "this is a folder"),
      (
        "dangling",
        "cannot open: “dangling” is a symbolic link to “gone”, which does not"
          + " exist"
      ),
      ("loop", "cannot open: Too many levels of symbolic links"),
      (String(repeating: "a", count: 300), "cannot open: File name too long"),
    ] {
      for program in ["mgpt-inspect", "mgpt-sample"] + Program.server {
        let outcome = try Program.run(program, [path], in: folder)
        #expect(outcome.code == 66)
        #expect(
          outcome.diagnostics == "\(program): error: \(path): \(words)\n")
      }
    }
    try folder.trainModel("a.mgpt")
    let long = String(repeating: "a", count: 250)
    for (path, words) in [
      ("no/x", "no/x: cannot create: there is no folder “no”"),
      ("file/x", "file/x: cannot create: “file” is no folder"),
      ("folder", "folder: this is a folder"),
      ("no/", "no/: a name that ends in / is a folder's, expected a file's"),
      (long, "\(long).partial: cannot create: File name too long"),
    ] {
      let outcome = try Program.run(
        "mgpt-convert", ["a.mgpt", path, "--to", "json"], in: folder)
      #expect(outcome.code == 73)
      #expect(outcome.diagnostics == "mgpt-convert: error: \(words)\n")
    }
  }

  /// It is found before any work, and is not taken away.
  @Test func whatStandsInTheWayOfAPartialFileIsNamed() throws {
    let folder = try Folder()
    let partial = folder.url.appending(path: "o.mgpt.partial")
    func expectRefusal(_ kind: String) throws {
      for (program, arguments) in [
        ("mgpt-convert", ["none.json", "o.mgpt"]),
        ("mgpt-train", ["--steps", "1000000000", "-o", "o.mgpt"]),
      ] {
        let outcome = try Program.run(program, arguments, in: folder)
        #expect(outcome.code == 73)
        #expect(
          outcome.diagnostics
            == "\(program): error: o.mgpt: cannot create: “o.mgpt.partial”"
            + " stands in the way, which is \(kind)\n")
        #expect(try folder.names == ["o.mgpt.partial"])
      }
    }
    try FileManager.default.createDirectory(
      at: partial, withIntermediateDirectories: false)
    try expectRefusal("a folder")
    try FileManager.default.removeItem(at: partial)
    // A socket, as servers leave them.
    let socket = try shell(
      "python3 -c 'import socket;"
        + " socket.socket(socket.AF_UNIX).bind(\"o.mgpt.partial\")'",
      in: folder)
    guard socket.code == 0 else { return }
    try expectRefusal("not a regular file")
  }
}
