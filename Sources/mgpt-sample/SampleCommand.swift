import ArgumentParser
import MicroGPTCommandLine
import MicroGPTSampler

@main
struct SampleCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-sample",
    abstract: "Generates text with a model.",
    usage: "mgpt-sample <file> [<option> ...]",
    discussion: """
      Each sample is one line on standard output: the prompt as given, then \
      what the model writes after it, until it ends the text or its context of \
      block_size characters is full. Without --seed a random one is taken and \
      told on standard error. The same seed gives the same text; the first \
      samples of a larger count are those of a smaller one. With --prompts all \
      samples are counted through.

      The options act in this order: --repetition-penalty, what may be drawn \
      at all, --temperature, --top-k, --top-p, --min-p. With --unique and \
      --novel more samples are drawn until --count texts are new; \
      \(Selection.attemptLimit) in a row that are not are the end, with exit \
      code 69. Texts are compared without white space around them, in the \
      model's own characters.

      Example: mgpt-sample names.mgpt --prompt Ma -n 5 --temperature 0.8
      Example: mgpt-sample names.mgpt -n 100 --unique --novel names.txt
      """,
    version: programVersion("mgpt-sample"))

  @Argument(
    help: "The checkpoint, as written by mgpt-train.", transform: fileName)
  var file: String

  @OptionGroup(title: "Texts") var texts: TextArguments
  @OptionGroup(title: "Generation") var generation: GenerationArguments

  func execute() throws {
    try CommandFailure.usage(InstructionSet.validateEnvironment)
    let model: LanguageModel
    do {
      model = try LanguageModel(
        path: file, mode: .mapped, threadCount: texts.threads)
    } catch {
      throw CommandFailure.reading(error, file)
    }
    let seed = generation.seed ?? GenerationOptions.drawSeed()
    let options = try generation.options(
      seed: seed, reportsLogProbabilities: texts.json
    ).spelled(in: model.vocabulary)
    do { _ = try model.samples(options: options, count: 0) } catch {
      throw GenerationArguments.failure(error, file)
    }
    let selection = try texts.selection(model)
    let effects = OptionEffects(
      generation: generation, texts: texts, options: options,
      vocabulary: model.vocabulary,
      blockSize: model.maximumPromptLength + 1)
    for warning in effects.warnings + (selection?.warnings ?? []) {
      StandardError.write("warning: \(warning)\n")
    }
    var run = Run(
      model, options, count: texts.count, form: texts.form,
      selection: selection,
      announcement: generation.seed == nil ? "seed \(seed)\n" : nil)
    do {
      if let path = texts.prompts {
        try run.answer(linesOf: LineReader(path))
      } else {
        try run.answer(texts.prompt ?? "")
      }
    } catch let error as GenerationError {
      // After the texts before it.
      try run.finish()
      throw GenerationArguments.failure(error, file)
    }
  }
}
