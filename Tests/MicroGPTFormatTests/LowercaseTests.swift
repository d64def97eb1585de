import Testing

@testable import MicroGPTFormat

struct LowercaseTests {
  /// The first two planes, which have all that there are.
  private let scalars = (0...0x1_ffff).compactMap { Unicode.Scalar($0) }

  private func lowercase(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    let text = scalar.properties.lowercaseMapping.unicodeScalars
    return text.count == 1 && text.first != scalar ? text.first : nil
  }

  @Test func isUnicodes() {
    let wrong = scalars.filter { $0.lowercased != lowercase($0) }
    #expect(wrong.isEmpty)
  }

  /// What makes the table: a later version of Unicode fails this, and what the
  /// failure shows goes into the source.
  @Test func theTableIsMadeOfUnicodes() {
    var runs: [[UInt32]] = []  // as `lowercaseRuns` has them
    for scalar in scalars {
      guard let lower = lowercase(scalar) else { continue }
      let (value, added) = (scalar.value, lower.value &- scalar.value)
      if let run = runs.last, run[3] == added,
        case let distance = value - run[1],
        run[0] == run[1] ? distance <= 2 : distance == run[2]
      {
        runs[runs.count - 1] = [run[0], value, distance, added]
      } else {
        runs.append([value, value, 1, added])
      }
    }
    #expect(Unicode.Scalar.lowercaseRuns == Array(runs.joined()))
  }
}
