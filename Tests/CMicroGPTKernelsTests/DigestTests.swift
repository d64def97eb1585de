import CKernelDigest
import CMicroGPTKernels
import Foundation
import Testing

/// The numeric contract: the bits are those written down, on any machine.
@Suite(.serialized) struct DigestTests {
  @Test(arguments: KernelSet.all)
  func bitsAreAsExpected(set: KernelSet) throws {
    let name = set.kernels.is_fused != 0 ? "fused" : "baseline"
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../Checks/KernelDigest/expected/\(name).txt")
    let expected = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n")
    #expect(expected.count == kernel_digest_count())
    for (index, line) in expected.enumerated() {
      let digest = String(
        withUnsafePointer(to: set.kernels) { kernel_digest($0, index) },
        radix: 16)
      let zeros = String(repeating: "0", count: 16 - digest.count)
      let kernel = String(cString: kernel_digest_name(index))
      #expect("\(kernel) \(zeros)\(digest)" == line)
    }
  }

  @Test func theBaselineIsTheLastSetAndTheBestIsInUse() throws {
    #expect(KernelSet.all.last?.name == "baseline")
    #expect(KernelSet.all.filter { $0.kernels.is_fused == 0 }.count == 1)
    #expect(mgpt_kernels_at(KernelSet.all.count) == nil)
    if ProcessInfo.processInfo.environment["MICROGPT_KERNELS"] == nil {
      #expect(mgpt_kernels_refused() == nil)
      #expect(mgpt_kernels_in_use() == mgpt_kernels_at(0))
    }
  }
}
