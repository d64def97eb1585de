import Foundation
import Testing

/// A mapped file that another program truncates.
@Suite struct LostPageTests {
  @Test func aFileThatIsCutShortEndsInASentence() throws {
    let folder = try Folder()
    try folder.train("a.mgpt", ["--n-embd", "64", "--codec", "raw"])
    let process = Process()
    process.executableURL = try Program.url("mgpt-convert")
    process.arguments = ["a.mgpt", "-", "--to", "json"]
    process.currentDirectoryURL = folder.url
    let output = Pipe()
    let diagnostics = Pipe()
    process.standardOutput = output
    process.standardError = diagnostics
    try process.run()

    // The text is longer than what a pipe holds: after its first byte the
    // program waits for a reader, most of the file still before it.
    _ = try output.fileHandleForReading.read(upToCount: 1)
    let file = try FileHandle(
      forWritingTo: folder.url.appending(path: "a.mgpt"))
    try file.truncate(atOffset: 100)
    _ = try output.fileHandleForReading.readToEnd()
    process.waitUntilExit()

    let words = try diagnostics.fileHandleForReading.readToEnd() ?? Data()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 65)
    #expect(
      String(decoding: words, as: UTF8.self)
        == "mgpt-convert: error: a file was cut short while it was being read,"
        + " or its device failed\n")
  }
}
