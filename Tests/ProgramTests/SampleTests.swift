import Foundation
import Testing

@Suite struct SampleTests {
  @Test func aLargerCountBeginsWithTheSmallerOne() throws {
    let folder = try Folder()
    try folder.train()
    func sample(_ count: Int) throws -> [String] {
      let outcome = try Program.run(
        "mgpt-sample",
        ["tiny.mgpt", "-n", "\(count)", "--seed", "3", "--prompt", "An"],
        in: folder)
      #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
      return lines(outcome.output)
    }
    let many = try sample(30)
    #expect(many.count == 30)
    #expect(many.allSatisfy { $0.hasPrefix("An") })
    #expect(try Array(many.prefix(5)) == sample(5))
  }

  @Test func aRandomSeedIsToldAndCanBeRepeated() throws {
    let folder = try Folder()
    try folder.train()
    let first = try Program.run(
      "mgpt-sample", ["tiny.mgpt", "-n", "4"], in: folder)
    #expect(first.diagnostics.hasPrefix("seed "))
    let seed = first.diagnostics.dropFirst(5).dropLast()
    let second = try Program.run(
      "mgpt-sample", ["tiny.mgpt", "-n", "4", "--seed", "\(seed)"], in: folder)
    #expect(second.output == first.output)
  }

  @Test func promptsAreRefusedByCharacter() throws {
    let folder = try Folder()
    try folder.train()
    let unknown = try Program.run(
      "mgpt-sample", ["tiny.mgpt", "--prompt", "bé"], in: folder)
    #expect(unknown.code == 64)
    #expect(
      unknown.diagnostics
        == "mgpt-sample: error: --prompt: the character “é” (U+00E9) is not in"
        + " the vocabulary\n")
    let long = try Program.run(
      "mgpt-sample",
      ["tiny.mgpt", "--prompt", String(repeating: "a", count: 16)], in: folder)
    #expect(long.code == 64)
    #expect(long.diagnostics.contains("16 characters, expected at most 15"))
  }

  @Test func otherFilesAreToldFromCheckpoints() throws {
    let folder = try Folder()
    try folder.write("a.json", "{\"format\": 1}")
    try folder.write("a.txt", "anna\nbob\n")
    try folder.write("a.bin", Data([0x50, 0x4b, 3, 4, 0, 0, 0, 0]))
    try folder.write("a.empty", "")
    func diagnostics(_ name: String) throws -> String {
      let outcome = try Program.run("mgpt-sample", [name], in: folder)
      #expect(outcome.code == 65)
      #expect(lines(outcome.diagnostics).count == 1)
      return outcome.diagnostics
    }
    #expect(
      try diagnostics("a.json").contains(
        "mgpt-convert a.json OUTPUT.mgpt --from json"))
    #expect(try diagnostics("a.txt").contains("mgpt-train --data a.txt"))
    #expect(try diagnostics("a.bin").contains("header.magic at byte 0"))
    #expect(try diagnostics("a.empty").contains("an empty file"))
    let missing = try Program.run("mgpt-sample", ["no.mgpt"], in: folder)
    #expect(missing.code == 66)
    let directory = try Program.run("mgpt-sample", ["."], in: folder)
    #expect(directory.code == 66)
  }

  /// Also where the weights are used in place.
  @Test(arguments: ["raw", "zlib"])
  func damagedWeightsAreNotUsed(codec: String) throws {
    let folder = try Folder()
    try folder.trainModel("tiny.mgpt", ["--codec", codec])
    var bytes = try folder.data("tiny.mgpt")
    bytes[bytes.count - 400] ^= 0x40
    try folder.write("bad.mgpt", bytes)
    let outcome = try Program.run("mgpt-sample", ["bad.mgpt"], in: folder)
    #expect(outcome.code == 65 && outcome.output.isEmpty)
    #expect(
      outcome.diagnostics.contains(
        codec == "raw" ? "TDIR[8].crc32 at byte" : "DATA[8].chunk[0].crc32"))
  }

  @Test func aFullDiskIsNoticed() throws {
    guard let full = FileHandle(forWritingAtPath: "/dev/full") else { return }
    let folder = try Folder()
    try folder.train()
    let outcome = try Program.run(
      "mgpt-sample", ["tiny.mgpt", "--seed", "1"], in: folder, output: full)
    #expect(outcome.code == 74)
    #expect(
      outcome.diagnostics
        == "mgpt-sample: error: standard output: cannot write: No space left on"
        + " device\n")
  }

  @Test(arguments: [
    ["-n", "-1"], ["--temperature", "101"], ["--temperature", "nan"],
    ["--seed", "-1"], ["--seed", "18446744073709551616"], ["extra"],
  ])
  func badArguments(arguments: [String]) throws {
    let folder = try Folder()
    try folder.train()
    let outcome = try Program.run(
      "mgpt-sample", ["tiny.mgpt"] + arguments, in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.output.isEmpty)
  }

  @Test func noTextsAreAsked() throws {
    let folder = try Folder()
    try folder.train()
    let outcome = try Program.run(
      "mgpt-sample", ["tiny.mgpt", "-n", "0"], in: folder)
    #expect(outcome.code == 0 && outcome.output.isEmpty)
  }
}
