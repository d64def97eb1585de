import Foundation
import Testing

/// The help texts as a whole, beside this file.
@Suite struct HelpTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "Help")

  @Test(arguments: [
    "mgpt-train", "mgpt-inspect", "mgpt-convert", "mgpt-sample", "mgpt-serve",
    "mgpt-bench",
  ])
  func helpIsAsExpected(name: String) throws {
    let folder = try Folder()
    let outcome = try Program.run(name, ["--help"], in: folder)
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    let expected = Self.folder.appending(path: "\(name).txt")
    #expect(
      outcome.output == (try String(contentsOf: expected, encoding: .utf8)))
    #expect(outcome.output.contains("Example: \(name)"))
  }
}
