import Foundation
import Testing

/// The help texts as a whole, beside this file, and what else programs say of
/// themselves.
@Suite struct HelpTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "Help")
  private static let names = [
    "mgpt-train", "mgpt-inspect", "mgpt-convert", "mgpt-sample", "mgpt-serve",
    "mgpt-bench",
  ]

  @Test(arguments: names)
  func helpIsAsExpected(name: String) throws {
    let folder = try Folder()
    let outcome = try Program.run(name, ["--help"], in: folder)
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    let expected = Self.folder.appending(path: "\(name).txt")
    #expect(
      outcome.output == (try String(contentsOf: expected, encoding: .utf8)))
    #expect(outcome.output.contains("Example: \(name)"))
  }

  @Test(arguments: names)
  func theVersionIsOneLine(name: String) throws {
    let outcome = try Program.run(name, ["--version"], in: Folder())
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    #expect(outcome.output == "\(name) 1.0.0 (checkpoint format 1.0)\n")
  }

  /// Help that nobody got is no success.
  @Test(
    arguments: names,
    [["--help"], ["--version"], ["--generate-completion-script", "bash"]])
  func whatCannotBePrintedIsTold(name: String, arguments: [String]) throws {
    if let full = FileHandle(forWritingAtPath: "/dev/full") {
      let outcome = try Program.run(
        name, arguments, in: Folder(), output: full)
      #expect(outcome.code == 74)
      #expect(
        outcome.diagnostics
          == "\(name): error: standard output: cannot write: No space left on"
          + " device\n")
    }
    let closed = try shell(
      "\(name) \(arguments.joined(separator: " ")) >&-", in: Folder())
    #expect(closed.code == 74)
    #expect(
      closed.diagnostics
        == "\(name): error: standard output: cannot write: Bad file"
        + " descriptor\n")
  }

  @Test(arguments: ["help", "help verify", "verify --help", "show --version"])
  func subcommandsTellItToo(arguments: String) throws {
    let outcome = try shell("mgpt-inspect \(arguments)", in: Folder())
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    #expect(!outcome.output.isEmpty)
    let closed = try shell("mgpt-inspect \(arguments) >&-", in: Folder())
    #expect(closed.code == 74 && lines(closed.diagnostics).count == 1)
  }
}
