import CMicroGPTKernels
import Testing

@Suite struct MachineLimitTests {
  /// The sums that measure the peak are computed: each converges to 1.
  @Test(arguments: KernelSet.all)
  func peakComputes(set: KernelSet) {
    #expect(set.kernels.peak(0) != 1)
    #expect(set.kernels.peak(400) == 1)
  }

  @Test(arguments: KernelSet.all, [0, 1, 16, 63, 64, 65, 200])
  func allIsRead(set: KernelSet, count: Int) {
    // Whole numbers: their sum is exact in any order.
    let values = (0..<count).map(Float.init)
    #expect(set.kernels.read_memory(values, count) == values.reduce(0, +))
  }
}
