import Foundation
import Testing

@Suite struct InspectTests {
  @Test func tablesShowEverything() throws {
    let folder = try Folder()
    try folder.trainModel()
    let outcome = try Program.run("mgpt-inspect", ["tiny.mgpt"], in: folder)
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    for words in [
      "version 1.0", "n_embd        16", "vocabulary    abcdelnorv", "CONF",
      "DATA", "layer0.mlp_fc1", "64 × 16", "zlib", "9 tensors",
    ] {
      #expect(outcome.output.contains(words), "\(words)")
    }
  }

  @Test func jsonIsOneObject() throws {
    let folder = try Folder()
    try folder.trainModel("tiny.mgpt", ["--codec", "raw"])
    let outcome = try Program.run(
      "mgpt-inspect", ["tiny.mgpt", "--json"], in: folder)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        as? [String: Any])
    #expect(
      object["file_length"] as? Int == (try folder.data("tiny.mgpt").count))
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    #expect(tensors.count == 9)
    #expect(tensors[8]["name"] as? String == "wte")
    #expect(tensors[8]["shape"] as? [Int] == [11, 16])
    #expect(tensors[8]["stored_length"] as? Int == 704)
  }

  @Test func verificationTellsByItsExitCode() throws {
    let folder = try Folder()
    try folder.trainModel()
    var bytes = try folder.data("tiny.mgpt")
    bytes[bytes.count - 400] ^= 1
    try folder.write("flipped.mgpt", bytes)
    try folder.write("cut.mgpt", bytes.prefix(3000))
    let good = try Program.run(
      "mgpt-inspect", ["verify", "tiny.mgpt", "tiny.mgpt"], in: folder)
    #expect(good.code == 0)
    #expect(lines(good.output).count == 2)
    let bad = try Program.run(
      "mgpt-inspect",
      ["verify", "flipped.mgpt", "tiny.mgpt", "cut.mgpt", "none.mgpt"],
      in: folder)
    #expect(bad.code == 65)
    #expect(lines(bad.output)[0] == "flipped.mgpt: FAILED")
    #expect(lines(bad.output)[1].hasPrefix("tiny.mgpt: ok, 9 tensors"))
    #expect(lines(bad.diagnostics).count == 3)
    #expect(bad.diagnostics.contains("flipped.mgpt: DATA[8].chunk[0].crc32"))
    #expect(bad.diagnostics.contains("cut.mgpt: header.file_length at byte 16"))
    #expect(bad.diagnostics.contains("none.mgpt: cannot open"))
  }

  @Test func theFingerprintDoesNotDependOnTheCodec() throws {
    let folder = try Folder()
    try folder.train("a.mgpt", ["--codec", "raw"])
    try folder.train("b.mgpt", ["--codec", "zlib", "--label", "title=b"])
    let outcome = try Program.run(
      "mgpt-inspect", ["fingerprint", "a.mgpt", "b.mgpt"], in: folder)
    let digests = lines(outcome.output).map { $0.prefix(64) }
    #expect(digests.count == 2 && digests[0] == digests[1])
    // A raw file without training state and labels is its own fingerprint.
    let stripped = try Program.run(
      "mgpt-convert", ["--strip", "a.mgpt", "c.mgpt"], in: folder)
    #expect(stripped.code == 0)
    let sum = Process()
    sum.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sha256sum")
    else { return }
    let pipe = Pipe()
    sum.arguments = [folder.url.appending(path: "c.mgpt").path]
    sum.standardOutput = pipe
    try sum.run()
    let printed = pipe.fileHandleForReading.readDataToEndOfFile()
    sum.waitUntilExit()
    #expect(String(decoding: printed.prefix(64), as: UTF8.self) == digests[0])
  }
}
