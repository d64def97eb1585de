import MicroGPTAnalysis
import Testing

@Suite struct HostileLogTests {
  /// Logs with bytes exchanged, doubled and taken out.
  @Test func anyBytesGiveACurveOrAnError() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = Numbers(state: seed)
    let log = Array(
      """
      {"step":1,"loss":3.25,"rate":0.0099,"a":[{"b":"\\u00fc\\n"},-1e-3,null]}
      {"step":90071992547409,"validation_loss":2.5e29,"ü":true}
      {"loss":-0.5,"step":3,"validation_loss":123456789012345678901234567890}

      """.utf8)
    let pieces = log.split(separator: UInt8(ascii: ",")).map { Array($0) }
    var refusals = 0
    for _ in 0..<500 {
      var bytes = log
      for _ in 0..<random.below(3) {
        let index = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[index] = UInt8(random.below(256))
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[random.below(bytes.count)], at: index)
        default:
          bytes.insert(
            contentsOf: pieces[random.below(pieces.count)], at: index)
        }
      }
      let whole = Result { try curve(ofLog: bytes) }
      let parted = Result { try curve(ofLog: bytes, pieces: 13) }
      switch (whole, parted) {
      case (.success(let one), .success(let other)):
        #expect(one == other, "seed \(seed)")
        #expect(one.svg(title: "x").hasSuffix("</svg>\n"))
        #expect(!one.textPlot(title: "x").isEmpty)
      case (.failure(let one), .failure(let other)):
        #expect("\(one)" == "\(other)", "seed \(seed)")
        #expect(one is LossLogError)
        refusals += 1
      default: Issue.record("pieces matter, seed \(seed)")
      }
    }
    #expect((50...450).contains(refusals), "seed \(seed)")
  }
}

/// Numbers from a linear congruence (Knuth, MMIX).
private struct Numbers {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
}
