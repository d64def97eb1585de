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
  @Test func aCheckpointDoesNotDependOnThreadsOrProcessor() throws {
    let folder = try Folder()
    func train(_ set: String, threads: Int) throws -> Data {
      let outcome = try Program.run(
        "mgpt-train",
        [
          "--steps", "20", "--batch-size", "19", "--samples", "0", "--force",
          "--threads", "\(threads)", "-o", "x.mgpt",
        ], in: folder, environment: ["MICROGPT_KERNELS": set])
      try #require(outcome.code == 0, "\(outcome.diagnostics)")
      return try folder.data("x.mgpt")
    }
    var results: [Bool: Data] = [:]
    for set in Self.sets {
      for threads in [1, 2, 3, 8] {
        let bytes = try train(set.name, threads: threads)
        #expect(
          bytes == results[set.isFused, default: bytes],
          "\(set.name), \(threads) threads")
        results[set.isFused] = bytes
      }
    }
    if results.count == 2 { #expect(results[true] != results[false]) }
  }

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
