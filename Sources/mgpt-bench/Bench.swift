import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-bench",
    abstract: "Measures how fast this machine does what the programs do.",
    discussion: "Example: mgpt-bench codec names.mgpt",
    subcommands: [CodecBench.self])
}
