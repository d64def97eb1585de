import Foundation
import MicroGPTFormat
import Testing

#if os(Linux)
/// Programs whose address space is limited: they do their work, or say in one
/// sentence what they lack memory for, with exit code 71.
@Suite struct MemoryTests {
  /// Runs a program under a limit.
  private func run(
    _ program: String, _ arguments: [String], kibibytes: Int, in folder: Folder,
    input: Data? = nil
  ) throws -> Program.Outcome {
    let path = try Program.url(program).path
    return try Program.runShell(
      "ulimit -v \(kibibytes); exec \"$0\" \"$@\"", [path] + arguments,
      in: folder, input: input)
  }

  /// The least limit, in steps of a MiB, under which a program can say what it
  /// is for: what it takes to begin at all.
  private func minimum(_ program: String, in folder: Folder) throws -> Int {
    var (low, high) = (0, 1 << 12)  // MiB
    while high - low > 1 {
      let middle = (low + high) / 2
      let outcome = try run(
        program, ["--help"], kibibytes: middle << 10, in: folder)
      if outcome.code == 0 { high = middle } else { low = middle }
    }
    return high << 10
  }

  /// Raises the limit until the program succeeds; below it fails in order.
  ///
  /// - Returns: How often it failed.
  @discardableResult
  private func sweep(
    _ program: String, _ arguments: [String], in folder: Folder,
    step: Int = 4 << 10, success: Int32 = 0
  ) throws -> Int {
    let start = try minimum(program, in: folder) + (2 << 10)
    for count in 0..<200 {
      let limit = start + count * step
      let outcome = try run(
        program, arguments, kibibytes: limit, in: folder)
      guard outcome.code != success else { return count }
      let words = "\(program) \(arguments) with \(limit) KiB"
      guard outcome.code == 71 else {
        Issue.record("\(words): \(outcome.code) \(outcome.diagnostics)")
        return count
      }
      let error = lines(outcome.diagnostics).filter {
        $0.hasPrefix("\(program): error: ")
      }
      #expect(error.count == 1, "\(words): \(outcome.diagnostics)")
      #expect(
        lines(outcome.diagnostics).last?.contains("memory") == true, "\(words)")
    }
    Issue.record("\(program) \(arguments) never succeeds")
    return 0
  }

  @Test(arguments: [
    (ElementType.f32, Codec.raw), (.f32, .zlib), (.bf16, .raw), (.f64, .raw),
  ])
  func aLargeModelIsGeneratedWithOrRefused(
    type: ElementType, codec: Codec
  ) throws {
    let folder = try Folder()
    try folder.writeModel(
      "large.mgpt", width: 512, elementType: type, codec: codec)
    let failures = try sweep(
      "mgpt-sample",
      ["large.mgpt", "--seed", "1", "--max-length", "1", "--threads", "4"],
      in: folder)
    #expect(failures > 1)
  }

  @Test func aLargeModelIsInspectedAndConvertedOrRefused() throws {
    let folder = try Folder()
    try folder.writeModel("large.mgpt", width: 512)
    for arguments in [["large.mgpt"], ["fingerprint", "large.mgpt"]] {
      try sweep("mgpt-inspect", arguments, in: folder, step: 6 << 10)
    }
    for arguments in [
      ["large.mgpt", "packed.mgpt", "--codec", "zlib", "--force"],
      ["large.mgpt", "half.mgpt", "--dtype", "bf16", "--force"],
    ] {
      try sweep("mgpt-convert", arguments, in: folder, step: 6 << 10)
    }
  }

  @Test func aTrainingThatDoesNotFitIsRefused() throws {
    let folder = try Folder()
    try folder.write("a.txt", "anna\nbob\n")
    let failures = try sweep(
      "mgpt-train",
      [
        "--data", "a.txt", "--steps", "1", "--samples", "0", "--n-embd", "256",
        "-o", "new.mgpt", "--force", "--threads", "2",
      ], in: folder, step: 8 << 10)
    #expect(failures > 1)
  }

  @Test func dataThatDoNotFitAreRefused() throws {
    let folder = try Folder()
    try folder.write(
      "long.txt", String(repeating: "anna\nbob\n", count: 200_000))
    let limit = try minimum("mgpt-train", in: folder) + (12 << 10)
    for arguments in [["--data", "long.txt"], ["--data", "-"]] {
      let outcome = try run(
        "mgpt-train",
        arguments + ["--steps", "1", "--samples", "0", "-o", "new.mgpt"],
        kibibytes: limit, in: folder, input: folder.data("long.txt"))
      #expect(outcome.code == 71, "\(outcome.diagnostics)")
      #expect(outcome.diagnostics.contains("memory"))
    }
    #expect(try folder.names == ["long.txt"])
  }

  @Test func aModelThatNoMachineHoldsIsRefused() throws {
    let folder = try Folder()
    try folder.write("a.txt", "anna\nbob\n")
    let outcome = try Program.run(
      "mgpt-train",
      [
        "--data", "a.txt", "--n-embd", "65536", "--n-layer", "100", "--steps",
        "1", "-o", "new.mgpt",
      ], in: folder)
    #expect(outcome.code == 71, "\(outcome.diagnostics)")
    #expect(
      outcome.diagnostics.contains("MiB of memory for training this model"))
  }

  /// Threads that cannot be had are fewer threads.
  @Test func aPoolWithoutThreadsDoesItsWork() throws {
    let folder = try Folder()
    try folder.writeModel("tiny.mgpt")
    let limit = try minimum("mgpt-sample", in: folder) + (16 << 10)
    let outcome = try run(
      "mgpt-sample",
      ["tiny.mgpt", "--seed", "1", "-n", "100", "--threads", "1024"],
      kibibytes: limit, in: folder)
    let free = try Program.run(
      "mgpt-sample", ["tiny.mgpt", "--seed", "1", "-n", "100"], in: folder)
    #expect(outcome.code == 0, "\(outcome.diagnostics)")
    #expect(outcome.output == free.output)
  }
}
#endif
