import Foundation
import Testing

/// A training that has gone wrong leaves what was there before.
///
/// The fast engine normalises whatever grows, and diverges only by rare
/// chance; the reference engine's probabilities underflow soon.
@Suite struct DivergenceTests {
  @Test(arguments: [
    // The loss of the second step is that of a probability of 0.
    ("10", "20", "the loss of step 2 is inf"),
    // No loss is, but 1 over a probability is infinite in the last update.
    ("1.2", "2", "weights are not finite after step 2"),
  ])
  func theOldFileStays(rate: String, steps: String, sign: String) throws {
    let folder = try Folder()
    try folder.write("a.txt", "a\n")
    try folder.write("a.mgpt", "precious")
    let arguments = [
      "--data", "a.txt", "--engine", "reference", "--learning-rate", rate,
      "--steps", steps,
    ]
    func diverge(_ options: [String]) throws {
      let outcome = try Program.run(
        "mgpt-train", arguments + options, in: folder)
      #expect(outcome.code == 65)
      #expect(outcome.output.isEmpty)
      #expect(
        lines(outcome.diagnostics).last
          == "mgpt-train: error: training diverged: \(sign); a lower"
          + " --learning-rate may help, nothing was written")
    }
    try diverge(["--force"])
    #expect(try folder.data("a.mgpt") == Data("precious".utf8))
    try diverge(["-o", "new.mgpt"])
    #expect(try folder.names == ["a.mgpt", "a.txt"])
  }
}
