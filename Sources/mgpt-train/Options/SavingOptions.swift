import ArgumentParser
import MicroGPTCommandLine

/// What is written, when, and what a run goes on from.
struct SavingOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: """
      The checkpoint (default: the resumed one, or named after the data, as \
      names.mgpt).
      """, transform: fileName)
  var output: String?

  @Option(name: .long, help: "How tensors are stored.")
  var codec = CodecOption.zlib

  @Option(
    name: .long, parsing: .unconditional,
    help: "Save every so many steps, too, 1 or more (default: at the end).")
  var saveEvery: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Keep so many of these saves under names of their own, as \
      names.step-500.mgpt, 0 to 1000000.
      """)
  var keep = 0

  @Option(
    name: .long, parsing: .unconditional,
    help: "Save and stop once so many steps are done in all, 1 or more.")
  var stopAfter: Int?

  @Option(
    name: .long, help: "Go on with the run that left this checkpoint.",
    transform: fileName)
  var resume: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: "With --resume: plan so many more steps, 1 to 1000000000.")
  var extend: Int?

  @Flag(inversion: .prefixedNo, help: "Replace the output if it exists.")
  var force = false

  func validate() throws {
    try saveEvery?.require(in: 1...Int.max, "--save-every")
    try keep.require(in: 0...1_000_000, "--keep")
    try stopAfter?.require(in: 1...Int.max, "--stop-after")
    try extend?.require(in: 1...1_000_000_000, "--extend")
    if keep > 0 && saveEvery == nil {
      throw ValidationError("--keep needs --save-every")
    }
    if extend != nil && resume == nil {
      throw ValidationError("--extend needs --resume")
    }
    if output == "-" {
      throw ValidationError("--output is “-”, expected a file's name")
    }
  }
}
