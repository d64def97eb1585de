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
      the best model so far is kept in names.best.mgpt. If the checkpoint cannot \
      be written in the end, the run is saved under another name, which is said.

      The presets small and medium are for thousands of lines. With 500 or fewer \
      they learn these by heart while the loss on what is held out rises: take \
      the defaults then, or --patience 3 and the best model.

      Example: mgpt-train --data towns.txt --preset small
      Example: mgpt-train --data towns.txt --resume towns.mgpt
      """,
    version: programVersion("mgpt-train"))

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Optimiser") var optimizer: OptimizerOptions
  @OptionGroup(title: "Checkpoints") var saving: SavingOptions
  @OptionGroup(title: "Checkpoints") var labels: LabelOptions
  @OptionGroup(title: "Reports") var reporting: ReportingOptions
  @OptionGroup(title: "Sources of options") var sources: ConfigurationOptions

  static func arguments(
    _ given: [String]
  ) throws(CommandFailure) -> [String] { try Arguments.all(given) }

  func validate() throws {
    if saving.resume != nil && model.initFrom != nil {
      throw ValidationError(
        "--init-from begins a run and --resume goes on with one, expected one"
          + " of them")
    }
    let options = try trainingOptions
    guard optimizer.engine == .reference else { return }
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
    try CommandFailure.usage(InstructionSet.validateEnvironment)
    let clock = ContinuousClock()
    let start = clock.now
    let beginning = try beginning()
    if let words = try wordsOfFinishedRun(beginning) { return say(words) }

    let saver = Saver(
      saving, path: outputPath, labels: labels.applied(to:),
      previous: beginning.run?.manifest, inputs: inputs)
    try saver.holdTargets(
      withBest: data.validationShare > 0, log: reporting.log)
    try reporting.log.map { path in
      try TrainingLog.check(
        path, keeps: saving.resume != nil, replacing: saving.force)
    }
    let vocabulary = beginning.checkpoint?.manifest.vocabulary
    let corpus = try readCorpus(vocabulary)
    let configuration = try model.configuration(
      vocabularySize: corpus.vocabulary.size)
    let options = try trainingOptions
    let engine = try makeEngine(beginning, corpus, configuration, options)
    say(announcement(corpus, configuration, engine))
    say(try wordsOfBeginning(beginning, engine.state, corpus))

    var run = TrainingRun(
      engine, saver, reporting, stopAfter: saving.stopAfter,
      log: try openLog(engine.state), resumed: saving.resume)
    mgpt_note_signals()
    let ending = try run.run()
    try run.checkWeights()
    let best = BestModel(engine.state, saver, resumed: saving.resume)
    say(summary(of: engine.state, run.validation, best, corpus.vocabulary))
    let save = LastSave(saver: saver, engine: engine) { path in
      advice(engine.state, path)
    }
    let byteCount = try save.perform()
    mgpt_stop_noting_signals()
    say(
      "wrote \(outputPath), \(byteCount.grouped) bytes; it took"
        + " \(durationWords(clock.now - start))\n")
    switch ending {
    case .finished, .outOfPatience:
      if ending == .outOfPatience { say(wordsOfPatience(engine.state)) }
      // It came too late to interrupt more than what follows.
      let signal = mgpt_noted_signal()
      if signal != 0 { throw CommandFailure.signal(signal, "the run is done") }
      try printSamples(of: engine, best, corpus)
      let isBetter = best?.isBetterThanLast ?? false
      say(suggestions(of: isBetter ? best?.path ?? outputPath : outputPath))
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
          steps: optimizer.steps, batchSize: optimizer.batchSize,
          learningRate: optimizer.learningRate, schedule: optimizer.schedule,
          warmupSteps: optimizer.warmupSteps,
          minimumRate: optimizer.minimumRate, beta1: optimizer.beta1,
          beta2: optimizer.beta2, epsilon: optimizer.epsilon,
          weightDecay: optimizer.weightDecay,
          gradientClip: optimizer.gradientClip, dropout: optimizer.dropout,
          initialStandardDeviation: model.initialDeviation,
          seed: optimizer.seed, validationShare: data.validationShare,
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
  private func openLog(_ state: TrainingState) throws -> TrainingLog? {
    guard let path = reporting.log else { return nil }
    return try TrainingLog(
      path, state, keeps: saving.resume != nil, replacing: saving.force)
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
    let needed = optimizer.engine.memoryNeeded(
      configuration, corpus, options, threadCount: threadCount)
    let path = saving.resume ?? model.initFrom
    do {
      try Trainer.checkMemory(needed)
      return try optimizer.engine.make(
        beginning, configuration, corpus, options, threadCount: threadCount)
    } catch TrainingError.otherData(let found, let expected) {
      throw CommandFailure.data(
        "\(otherDataWords): data_sha256 is \(found), expected \(expected)")
    } catch TrainingError.otherLineEnds(let found, let expected) {
      let error = TrainingError.otherLineEnds(found: found, expected: expected)
      throw CommandFailure.data("\(data.data ?? "the given names"): \(error)")
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

  /// Prints samples of the best model, if that is better than the last one.
  private func printSamples(
    of engine: any TrainingEngine, _ best: BestModel?, _ corpus: Corpus
  ) throws {
    let isText = data.document == .text
    let count = reporting.samples ?? (isText ? 1 : 20)
    guard count > 0 else { return }
    let texts: [String]
    if let best, best.isBetterThanLast,
      let model = try? LanguageModel(path: best.path)
    {
      say(wordsOfSamples(best))
      texts = try engine.texts(
        of: model, count: count, temperature: reporting.temperature)
    } else {
      texts = try engine.samples(
        count: count, temperature: reporting.temperature)
    }
    for (index, text) in texts.enumerated() {
      // It has lines of its own, so the end of one does not show its end.
      if isText && index > 0 { try StandardOutput.write("---\n") }
      try StandardOutput.write(text + "\n")
    }
    say(wordsOfCopies(texts, corpus))
  }
}
