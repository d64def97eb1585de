import CMicroGPTKernels
import Foundation
import Testing

@Suite struct KernelTests {
  /// The instruction sets of this machine: their names, those that fuse first.
  private static let sets: [(name: String, isFused: Bool)] = {
    var sets: [(String, Bool)] = []
    while let kernels = mgpt_kernels_at(sets.count)?.pointee {
      sets.append((String(cString: kernels.name), kernels.is_fused != 0))
    }
    return sets
  }()

  /// A checkpoint is the same, to the last byte, for any number of threads and
  /// in every instruction set with fused operations.
  @Test(
    arguments: [
      ["--n-embd", "16", "--n-head", "4"],
      // Enough weights for threads to work on all documents together.
      [
        "--n-embd", "48", "--n-head", "3", "--n-layer", "4", "--block-size",
        "4",
      ],
      ["--n-embd", "12", "--n-head", "2", "--block-size", "40"],
    ], [1, 5, 16])
  func aCheckpointDoesNotDependOnThreadsOrProcessor(
    model: [String], batchSize: Int
  ) throws {
    let folder = try Folder()
    try folder.write("long.txt", Self.text)
    func train(_ set: String, threads: Int) throws -> Data {
      let outcome = try Program.run(
        "mgpt-train",
        model + [
          "--data", "long.txt", "--steps", "2", "--samples", "0", "--codec",
          "raw", "--force",
          "--batch-size", "\(batchSize)", "--threads", "\(threads)",
        ], in: folder, environment: ["MICROGPT_KERNELS": set])
      try #require(outcome.code == 0, "\(outcome.diagnostics)")
      return try folder.data("long.mgpt")
    }
    var results: [Bool: Data] = [:]
    for set in Self.sets {
      for threads in set.isFused ? [1, 2, 3, 8] : [1, 3] {
        let bytes = try train(set.name, threads: threads)
        #expect(
          bytes == results[set.isFused, default: bytes],
          "\(set.name), \(threads) threads")
        results[set.isFused] = bytes
      }
    }
    if results.count == 2 { #expect(results[true] != results[false]) }
  }

  /// 40 lines of 1 to 60 letters.
  private static let text: String = {
    var letters: [UInt8] = []
    for line in 0..<40 {
      for place in 0...line * 17 % 60 {
        letters.append(UInt8(97 + (line * 7 + place * place) % 26))
      }
      letters.append(10)
    }
    return String(decoding: letters, as: UTF8.self)
  }()

  @Test(arguments: ["mgpt-train", "mgpt-sample", "mgpt-bench"])
  func anUnknownSetIsRefused(program: String) throws {
    let folder = try Folder()
    let arguments = program == "mgpt-sample" ? ["none.mgpt"] : []
    let outcome = try Program.run(
      program, arguments, in: folder,
      environment: ["MICROGPT_KERNELS": "sse9"])
    let names = Self.sets.map(\.name).joined(separator: ", ")
    #expect(outcome.code == 64)
    #expect(
      outcome.diagnostics
        == "\(program): error: MICROGPT_KERNELS is “sse9”, expected one that"
        + " this machine has: \(names)\n")
    #expect(try folder.names.isEmpty)
  }
}
