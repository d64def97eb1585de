import ArgumentParser
import MicroGPTCommandLine
import MicroGPTSampler

@main
struct SampleCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-sample",
    abstract: "Generates text with a model.",
    discussion: """
      Each sample is one line on standard output: the prompt as given, then \
      what the model writes after it, until it ends the text or its context of \
      block_size characters is full. Without --seed a random one is taken and \
      told on standard error. The same seed gives the same text; the first \
      samples of a larger count are those of a smaller one.

      Example: mgpt-sample names.mgpt --prompt Ma -n 5 --temperature 0.8
      """)

  @Argument(help: "The checkpoint, as written by mgpt-train.")
  var file: String

  @Option(
    name: .long,
    help: "The beginning of each text, at most block_size - 1 characters.")
  var prompt = ""

  @Option(
    name: [.customShort("n"), .long], parsing: .unconditional,
    help: "How many texts, 0 to 1000000000.")
  var count = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      How freely to choose, 0 to 100: 0 always takes the likeliest character, \
      1 follows the training data.
      """)
  var temperature: Float = 0.5

  @Option(
    name: .long, parsing: .unconditional,
    help: "What chance depends on, 0 to 2^64 - 1 (default: random).")
  var seed: UInt64?

  @Flag(
    name: .long,
    help: "Let a text without prompt be empty, an empty line.")
  var allowEmpty = false

  func validate() throws {
    try count.require(in: 0...1_000_000_000, "--count")
    try temperature.require(in: 0...100, "--temperature")
  }

  func execute() throws {
    if let refusal = Kernels.refusal {
      throw CommandFailure.usage("\(refusal)")
    }
    let model: LanguageModel
    do {
      model = try LanguageModel(path: file)
    } catch {
      throw CommandFailure.reading(error, file)
    }
    let seed = seed ?? UInt64(UInt32.random(in: 0...UInt32.max))
    let options = GenerationOptions(
      seed: seed, temperature: temperature, allowsEmpty: allowEmpty)
    var output = OutputBuffer()
    for index in 0..<count {
      let sample: Sample
      do {
        sample = try model.generate(
          prompt: prompt, options: options, index: UInt64(index))
      } catch {
        throw CommandFailure.usage("--prompt: \(error)")
      }
      if index == 0 && self.seed == nil {
        StandardError.write("seed \(seed)\n")
      }
      try output.write(sample.prompt + sample.continuation + "\n")
    }
    try output.flush()
  }
}
