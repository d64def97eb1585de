import ArgumentParser
import MicroGPTCommandLine

@main
struct InspectCommand: Program {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-inspect",
    abstract: "Shows what a checkpoint holds, and checks it.",
    discussion: """
      Showing looks at the tensors' bytes for elements that are not finite, \
      but checks no checksums of them; “verify” does, and says in its exit \
      code whether every file is whole: 0 if so, 65 if one is damaged, 66 if \
      one cannot be read.

      Example: mgpt-inspect names.mgpt
      Example: mgpt-inspect verify names.mgpt backup.mgpt
      Example: mgpt-inspect curve names.mgpt --output curve.svg
      """,
    version: programVersion("mgpt-inspect"),
    subcommands: [Show.self, Verify.self, Fingerprint.self, Curve.self],
    defaultSubcommand: Show.self)
}
