import Foundation
import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

@Suite struct NibbleTests {
  @Test(arguments: 0..<30)
  func everyPlaneComesBack(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let base = UInt8.random(in: 0...240, using: &generator)
    let count = Int.random(in: 1...700, using: &generator)
    var plane = (0..<count).map { _ in
      base + UInt8.random(in: 0...14, using: &generator)
    }
    for _ in 0..<count / 64 {
      let index = Int.random(in: 0..<count, using: &generator)
      plane[index] = .random(in: 0...255, using: &generator)
    }
    let form = try #require(ExponentNibbles.form(of: plane), "seed \(seed)")
    #expect(
      form.count <= ExponentNibbles.maximumByteCount(byteCount: count))
    var decoded = [UInt8](repeating: 0, count: count)
    let defect = form.withUnsafeBytes { form in
      decoded.withUnsafeMutableBytes { ExponentNibbles.decode(form, into: $0) }
    }
    #expect(defect == nil && decoded == plane, "seed \(seed)")
    // No other byte string of this length is taken for this plane.
    for index in form.indices {
      var damaged = form
      damaged[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      let defect = damaged.withUnsafeBytes { form in
        decoded.withUnsafeMutableBytes {
          ExponentNibbles.decode(form, into: $0)
        }
      }
      #expect(defect != nil || decoded != plane, "seed \(seed)")
    }
  }

  @Test func planesThatSpreadHaveNone() {
    let plane = (0..<256).map { UInt8($0) }
    #expect(ExponentNibbles.form(of: plane) == nil)
  }
}

extension ExponentNibbles {
  /// The nibble form of a plane, if it has one.
  static func form(of plane: [UInt8]) -> [UInt8]? {
    plane.withUnsafeBytes { plane in
      var form = [UInt8](
        repeating: 0xff, count: maximumByteCount(byteCount: plane.count))
      let length = form.withUnsafeMutableBytes {
        encode(plane, counts: ByteCounts(plane).counts, into: $0)
      }
      return length.map { Array(form.prefix($0)) }
    }
  }
}
