import ArgumentParser
import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel
import MicroGPTSampler
import MicroGPTTraining

@main
struct Train: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-train",
    abstract: "Trains a model on text and writes a checkpoint.",
    discussion: """
      Without arguments it trains on 30,460 given names, which it carries, \
      writes names.mgpt in the current folder and prints 20 new names on \
      standard output; all else goes to standard error. The data is UTF-8, a \
      document a line, white space around it dropped. The same data, options \
      and seed give the same file, whatever the number of threads.

      With --document text the data is one text as it stands: a document is a \
      window of block_size characters anywhere in it, and a text of \
      \(textLength) characters is printed in the end. A file of any size will \
      do; it must not change meanwhile.

      Ctrl-C ends a run after the step at hand and saves it; a second one ends \
      it at once. --resume goes on to the bytes that the run would have ended \
      in, wherever it stopped; the data is to be given again. With validations \
      the best model so far is kept in names.best.mgpt.

      Example: mgpt-train --data towns.txt --preset small
      Example: mgpt-train --data towns.txt --resume towns.mgpt
      """)

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Optimiser") var optimiser: OptimiserOptions
  @OptionGroup(title: "Checkpoints") var saving: SavingOptions
  @OptionGroup(title: "Checkpoints") var labels: LabelOptions
  @OptionGroup(title: "Reports") var reporting: ReportingOptions
  @OptionGroup(title: "Sources of options") var sources: ConfigurationOptions

  static func main() {
    let given = Array(CommandLine.arguments.dropFirst())
    do {
      main(try reportingFailure { try Arguments.all(given) })
    } catch {
      exit(withError: error)
    }
  }

  func validate() throws {
    if saving.resume != nil && model.initFrom != nil {
      throw ValidationError(
        "--init-from begins a run and --resume goes on with one, expected one"
          + " of them")
    }
    let options = try trainingOptions
    guard optimiser.engine == .reference else { return }
    if reporting.temperature == 0 {
      throw ValidationError(
        "--temperature is 0, expected more for the reference engine")
    }
    if let refusal = ReferenceEngine.refusal(of: options) {
      throw ValidationError(refusal)
    }
  }

  func execute() throws {
    if sources.printConfig {
      return try StandardOutput.write(ConfigurationFile.text(of: self))
    }
    if let refusal = Kernels.refusal {
      throw CommandFailure.usage("\(refusal)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let beginning = try beginning()
    if let words = try wordsOfFinishedRun(beginning) { return say(words) }

    let saver = Saver(
      saving, path: outputPath, labels: labels.applied(to:),
      previous: beginning.run?.manifest, inputs: inputs)
    try saver.checkTargets(
      withBest: data.validationShare > 0, log: reporting.log)
    let vocabulary = beginning.checkpoint?.manifest.vocabulary
    let corpus = try readCorpus(vocabulary)
    let configuration = try model.configuration(
      vocabularySize: corpus.vocabulary.size)
    let options = try trainingOptions
    say(announcement(corpus, configuration))
    let engine = try makeEngine(beginning, corpus, configuration, options)
    say(try wordsOfBeginning(beginning, engine.state))

    var run = TrainingRun(
      engine, saver, reporting, stopAfter: saving.stopAfter,
      log: try openLog(saver, engine.state.options))
    mgpt_note_signals()
    let ending = try run.run()
    try run.checkWeights()
    say(summary(of: engine.state, run.validation))
    let byteCount = try save(engine, saver)
    mgpt_stop_noting_signals()
    say(
      "wrote \(outputPath), \(byteCount.grouped) bytes; it took"
        + " \(seconds(clock.now - start)) s\n")
    switch ending {
    case .finished, .outOfPatience:
      if ending == .outOfPatience { say(wordsOfPatience(engine.state)) }
      // It came too late to interrupt more than what follows.
      let signal = mgpt_noted_signal()
      if signal != 0 { throw CommandFailure.signal(signal, "the run is done") }
      try printSamples(of: engine)
      say(suggestions)
    case .stopped: say(wordsOfStop(engine.state) + "\n")
    case .signal(let number):
      throw CommandFailure.signal(number, wordsOfStop(engine.state))
    }
  }
}

// MARK: - Arguments

extension Train {
  var trainingOptions: TrainingOptions {
    get throws {
      do {
        return try TrainingOptions(
          steps: optimiser.steps, batchSize: optimiser.batchSize,
          learningRate: optimiser.learningRate, schedule: optimiser.schedule,
          warmupSteps: optimiser.warmupSteps,
          minimumRate: optimiser.minimumRate, beta1: optimiser.beta1,
          beta2: optimiser.beta2, epsilon: optimiser.epsilon,
          weightDecay: optimiser.weightDecay,
          gradientClip: optimiser.gradientClip, dropout: optimiser.dropout,
          initialStandardDeviation: model.initialDeviation,
          seed: optimiser.seed, validationShare: data.validationShare,
          validationInterval: data.validationEvery, patience: data.patience)
      } catch {
        throw ValidationError("\(error)")
      }
    }
  }

  var outputPath: String {
    saving.output ?? saving.resume ?? "\(data.name).mgpt"
  }

  /// Says something that --quiet leaves out.
  func say(_ text: String) {
    if !reporting.quiet { StandardError.write(text) }
  }

  /// The files that are read.
  private var inputs: [String] {
    [data.data, model.initFrom, saving.resume, sources.config]
      .compactMap { $0 }.filter { $0 != "-" }
  }
}

// MARK: - Work

extension Train {
  /// A log that is no checkpoint of the run, by whatever name.
  private func openLog(
    _ saver: Saver, _ options: TrainingOptions
  ) throws -> TrainingLog? {
    guard let path = reporting.log else { return nil }
    let log = try TrainingLog(
      path, options, keeps: saving.resume != nil, replacing: saving.force)
    for other in [saver.path, saver.bestPath]
    where isSameFile(path, other) {
      throw CommandFailure.usage("\(path) is both log and checkpoint")
    }
    return log
  }

  /// What the run begins with.
  private func beginning() throws -> Beginning {
    guard let path = saving.resume ?? model.initFrom else { return .drawn }
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(path: path, mode: .copied) } catch {
      throw CommandFailure.reading(error, path)
    }
    try checkDimensions(checkpoint.manifest, path)
    guard saving.resume != nil else { return .model(checkpoint) }
    do {
      try checkOptions(checkpoint.manifest, path)
    } catch let error as TrainingStateError {
      throw CommandFailure.data("\(path): \(error)")
    }
    return .run(checkpoint, additionalSteps: saving.extend ?? 0)
  }

  private func makeEngine(
    _ beginning: Beginning, _ corpus: Corpus,
    _ configuration: GPTConfiguration, _ options: TrainingOptions
  ) throws -> any TrainingEngine {
    let threadCount = reporting.threads ?? WorkerPool.processorCount
    let needed = optimiser.engine.memoryNeeded(
      configuration, corpus, options, threadCount: threadCount)
    let path = saving.resume ?? model.initFrom
    do {
      try Trainer.checkMemory(needed)
      return try optimiser.engine.make(
        beginning, configuration, corpus, options, threadCount: threadCount)
    } catch TrainingError.otherData(let found, let expected) {
      throw CommandFailure.data(
        "\(otherDataWords): data_sha256 is \(found), expected \(expected)")
    } catch TrainingError.checkpoint(let error) {
      throw CommandFailure.reading(error, path ?? "")
    } catch let error as CheckpointError {
      throw CommandFailure.reading(error, path ?? "")
    } catch let error as OutOfMemory {
      throw error
    } catch TrainingError.outOfMemory(let error) {
      throw CommandFailure.memory("\(error)")
    } catch TrainingError.elementType(let found, let expected) {
      let error = TrainingError.elementType(found: found, expected: expected)
      throw CommandFailure.data("\(path ?? ""): \(error)")
    } catch {
      throw CommandFailure.usage(path.map { "\($0): \(error)" } ?? "\(error)")
    }
  }

  /// Saves at the end; what took long to learn is not lost to a full disk.
  private func save(
    _ engine: any TrainingEngine, _ saver: Saver
  ) throws -> Int {
    do {
      return try saver.save(engine)
    } catch let failure as CommandFailure {
      let rescued = saver.rescue(engine)
      throw failure.adding(
        rescued.map { "; the run was saved as \(shellWord($0)) instead" }
          ?? "; nor could the run be saved in the temporary folder")
    }
  }

  private func printSamples(of engine: any TrainingEngine) throws {
    let isText = data.document == .text
    let count = reporting.samples ?? (isText ? 1 : 20)
    guard count > 0 else { return }
    let texts = try engine.samples(
      count: count, temperature: reporting.temperature)
    for (index, text) in texts.enumerated() {
      // It has lines of its own, so the end of one does not show its end.
      if isText && index > 0 { try StandardOutput.write("---\n") }
      try StandardOutput.write(text + "\n")
    }
  }
}
