import ArgumentParser
import MicroGPTCommandLine

@main
struct BenchCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-bench",
    abstract: "Measures how fast this machine does what the programs do.",
    discussion: """
      Without a subcommand it measures everything, in a minute or two. All of \
      it is done in turn, round after round, so that other work on the machine \
      falls on all alike. A figure is the median over the rounds; the quartiles \
      stand beside it. On one thread it goes by the time that the processor \
      worked, on several by the clock. Then follows the part of a limit that a \
      core reaches while it works: of the fused multiply-adds that it can do, \
      of reading the weights once for each token and doing nothing with them, \
      or of zlib's crc32, each measured just before. On several threads the \
      last column says how many times as fast as on one the work is done.

      Texts of one prompt share what their beginnings have in common; their \
      operations are counted as if they did not.

      Example: mgpt-bench --rounds 9
      """,
    version: programVersion("mgpt-bench"),
    subcommands: [
      TrainBench.self, KernelBench.self, SampleBench.self, CodecBench.self,
    ])

  @OptionGroup var options: BenchOptions

  func execute() throws {
    try options.measure { bench in
      try bench.addTraining()
      try bench.addKernels()
      try bench.addSampling()
      try bench.addCodec(Elements(bench.largerModel()))
    }
  }
}

struct TrainBench: Command {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Measures training alone.")

  @OptionGroup var options: BenchOptions

  func execute() throws { try options.measure { try $0.addTraining() } }
}

struct KernelBench: Command {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Measures matrix products alone.")

  @OptionGroup var options: BenchOptions

  func execute() throws { try options.measure { try $0.addKernels() } }
}

struct SampleBench: Command {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Measures generating text alone.")

  @OptionGroup var options: BenchOptions

  func execute() throws { try options.measure { try $0.addSampling() } }
}
