import Foundation
import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

@Suite struct ElementTests {
  @Test func bf16IsTheUpperHalf() {
    #expect(Float(bf16: 0x3f80) == 1)
    #expect(Float(bf16: 0xc040) == -3)
    #expect(Float(bf16: 0x7f80) == .infinity)
    #expect(Float(bf16: 0x7fc1).bitPattern == 0x7fc1_0000)
  }

  #if !(os(macOS) && arch(x86_64))
  /// Every bit pattern against the compiler's own type.
  @Test func f16IsBinary16() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = Float(f16: bits)
      if expected.isNaN {
        #expect(found.isNaN)
        #expect(found.bitPattern >> 13 & 0x3ff == UInt32(bits & 0x3ff))
      } else if found.bitPattern != expected.bitPattern {
        Issue.record("\(bits): \(found), expected \(expected)")
      }
    }
  }
  #endif
}
