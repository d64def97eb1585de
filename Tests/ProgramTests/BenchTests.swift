import Foundation
import Testing

@Suite struct BenchTests {
  @Test func everythingIsMeasured() throws {
    let folder = try Folder()
    try folder.train("a.mgpt")
    let outcome = try Program.run(
      "mgpt-bench", ["codec", "a.mgpt", "--rounds", "1", "--threads", "3"],
      in: folder)
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    for words in ["ratio 1.", "zlib's crc32", "compress", "verify raw"] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    // On one thread, two and three.
    let threads = lines(outcome.output).filter { $0.contains("verify raw") }
      .map { $0.split(separator: " ")[2] }
    #expect(threads == ["1", "2", "3"])
  }

  @Test func badFilesAreNamed() throws {
    let folder = try Folder()
    try folder.write("a.mgpt", "no model")
    let bad = try Program.run("mgpt-bench", ["codec", "a.mgpt"], in: folder)
    #expect(bad.code == 65 && bad.diagnostics.contains("a.mgpt: this is not"))
    let none = try Program.run("mgpt-bench", ["codec", "b.mgpt"], in: folder)
    #expect(none.code == 66)
  }
}
