import Foundation
import Testing

/// The names that a model of them was trained on.
let namesFile = fixture("names.txt").path

/// The model of names.
let namesModel = fixture("names.mgpt").path

func fixture(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/\(name)").standardizedFileURL
}

/// Samples from the model of names, with seed 1 unless told otherwise.
func sampleNames(
  _ arguments: [String], in folder: Folder? = nil, input: String? = nil
) throws -> Program.Outcome {
  try Program.run(
    "mgpt-sample",
    [namesModel]
      + (arguments.contains("--seed") ? [] : ["--seed", "1"]) + arguments,
    in: folder ?? Folder(), input: input.map { Data($0.utf8) })
}

/// The texts of a run that says nothing else, but for this number of warnings of
/// options without effect.
func sampledLines(
  _ arguments: [String], in folder: Folder? = nil, input: String? = nil,
  warnings: Int = 0
) throws -> [String] {
  let outcome = try sampleNames(arguments, in: folder, input: input)
  let said = lines(outcome.diagnostics).filter { !$0.isEmpty }
  #expect(
    outcome.code == 0 && said.count == warnings
      && said.allSatisfy { $0.hasPrefix("warning: ") },
    "\(arguments): \(outcome.diagnostics)")
  return lines(outcome.output)
}

/// Expects one sentence and nothing else.
func expectRefusal(
  _ outcome: Program.Outcome, _ code: Int32, _ words: String,
  output: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.code == code, sourceLocation: sourceLocation)
  #expect(outcome.output == output, sourceLocation: sourceLocation)
  #expect(
    outcome.diagnostics == "mgpt-sample: error: \(words)\n",
    sourceLocation: sourceLocation)
}
