import Foundation
import MicroGPTRandom
import Testing

@testable import MicroGPTSampler

@Suite struct DrawExampleTests {
  /// The examples of section 14 of the specification.
  @Test func tokensAreDrawnAsSpecified() throws {
    let url = URL(filePath: #filePath)
      .deletingLastPathComponent()  // MicroGPTSamplerTests
      .deletingLastPathComponent()  // Tests
      .deletingLastPathComponent()
      .appending(path: "Spec/FORMAT.md")
    let lines = try String(contentsOf: url, encoding: .utf8)
      .components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: "```draws"))
    let block = lines[(start + 1)...].prefix { $0 != "```" }.map {
      $0.split(separator: " ").map(String.init)
    }
    try #require(block.count == 15)
    for index in stride(from: 0, to: block.count, by: 3) {
      let head = block[index]
      let logits = block[index + 1].dropFirst().compactMap { Float($0) }
      let tokens = block[index + 2].dropFirst().compactMap { Int($0) }
      let drawn = draws(
        logits,
        GenerationOptions(temperature: try #require(Float(head[5]))),
        count: tokens.count,
        SamplerRandom(
          seed: try #require(UInt64(head[1])),
          stream: try #require(UInt64(head[3]))))
      #expect(tokens.count == 12 && drawn == tokens, "\(head)")
    }
  }
}
