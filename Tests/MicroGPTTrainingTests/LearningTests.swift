import Foundation
import MicroGPTFormat
import MicroGPTReference
import MicroGPTTraining
import Testing

/// The canonical configuration learns in f32 what the reference learns.
@Suite struct LearningTests {
  private static let seeds: [UInt64] = [1, 2, 3, 4, 5]

  /// The losses of so many steps of both engines, from the same draws.
  private func losses(
    steps: Int, seed: UInt64
  ) throws -> (found: [Double], expected: [Double]) {
    let names = try namesData()
    let trainer = try Trainer(
      configuration: GPTConfiguration(
        vocabularySize: names.vocabulary.size), lines: names,
      options: TrainingOptions(seed: seed))
    var config = Config(vocab_size: names.vocabulary.size)
    config.seed = seed
    let reference = MicroGPT(
      config, docs: (0..<names.documentCount).map(names.tokens(ofDocumentAt:)))
    return (
      (0..<steps).map { _ in trainer.step() },
      (0..<steps).map { _ in reference.step() }
    )
  }

  @Test(arguments: seeds)
  func lossesBeginAsTheReferences(seed: UInt64) throws {
    let (found, expected) = try losses(steps: 5, seed: seed)
    for (step, pair) in zip(found, expected).enumerated() {
      #expect(abs(pair.0 - pair.1) < 1e-6, "step \(step)")
    }
  }

  /// Some seconds in a release build, many minutes in a debug build.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["MICROGPT_FULL_PARITY"] == "1",
      "set MICROGPT_FULL_PARITY=1 and build for release"))
  func wholeRunsAreTheReferences() throws {
    var means = (found: 0.0, expected: 0.0)
    var maximum = 0.0
    for seed in Self.seeds {
      let (found, expected) = try losses(steps: 1000, seed: seed)
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-4, "seed \(seed): \(worst)")
      maximum = max(maximum, worst)
      means.found += found.suffix(100).reduce(0, +)
      means.expected += expected.suffix(100).reduce(0, +)
    }
    let difference = abs(means.found - means.expected) / 500
    print("maximum difference of a loss \(maximum), of means \(difference)")
    #expect(difference < 0.01, "\(difference)")
  }
}
