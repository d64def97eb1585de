import MicroGPTParallel
import Testing

/// Memory that is not available.
@Suite struct OutOfMemoryTests {
  @Test func whatNoMachineHasIsAnError() {
    #expect(throws: OutOfMemory(purpose: "tests", byteCount: 1 << 60)) {
      try FloatBuffer(count: 1 << 58, for: "tests")
    }
    #expect(throws: OutOfMemory(purpose: "tests", byteCount: .max)) {
      try FloatBuffer(count: .max, for: "tests")
    }
    #expect(throws: OutOfMemory(purpose: "tests", byteCount: .max)) {
      try OutOfMemory.check(.max / 2, times: 3, for: "tests")
    }
    var meter = MemoryMeter("tests")
    #expect(throws: OutOfMemory.self) {
      for _ in 0..<10 { try meter.add(1 << 58) }
    }
  }

  @Test func whatIsSmallIsGranted() throws {
    try OutOfMemory.check(0, for: "tests")
    try OutOfMemory.check(1 << 20, for: "tests")
    let buffer = try FloatBuffer(count: 100_000, for: "tests")
    #expect((0..<buffer.count).allSatisfy { buffer.base[$0] == 0 })
  }

  @Test func theAmountIsRoundedUp() {
    for (byteCount, words) in [
      (1, "1 KiB"), (1024, "1 KiB"), (1025, "2 KiB"), (1 << 20, "1 MiB"),
      ((1 << 20) + 1, "2 MiB"), (63 << 20, "63 MiB"),
    ] {
      #expect(
        "\(OutOfMemory(purpose: "the weights", byteCount: byteCount))"
          == "cannot allocate \(words) of memory for the weights")
    }
  }
}
