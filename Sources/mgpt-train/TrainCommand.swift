import ArgumentParser
import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel
import MicroGPTSampler
import MicroGPTTraining

@main
struct TrainCommand: Command {
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
    let start = ContinuousClock.now
    let beginning = try Beginning(model, saving)
    let options = try trainingOptions
    try beginning.run?.check(
      options, document: data.document, engine: optimizer.engine,
      stopAfter: saving.stopAfter)
    let finished = try beginning.run?.wordsIfFinished(
      output: outputPath, isRelabeled: !labels.label.isEmpty,
      codec: saving.codec.codec)
    if let finished { return reporting.say(finished) }

    let saver = Saver(
      saving, path: outputPath, labels: labels.applied(to:),
      previous: beginning.run?.checkpoint.manifest, inputs: inputs)
    try saver.holdTargets(
      withBest: data.validationShare > 0, log: reporting.log)
    try reporting.log.map { path in
      try TrainingLog.check(
        path, keeps: saving.resume != nil, replacing: saving.force)
    }
    let reader = CorpusReader(
      options: data, blockSize: model.blockSize, resumed: saving.resume)
    let corpus = try reader.read(beginning.checkpoint?.manifest.vocabulary)
    let configuration = try model.configuration(
      vocabularySize: corpus.vocabulary.size)
    let engine = try makeEngine(
      beginning, configuration, corpus, options,
      otherDataWords: reader.otherDataWords)
    reporting.say(
      Announcement(
        name: data.name, corpus: corpus, configuration: configuration,
        engine: engine, kind: optimizer.engine
      ).text)
    if let run = beginning.run {
      reporting.say(run.words(planned: engine.state.options, corpus))
    }
    try train(engine, saver, corpus, start: start)
  }

  /// Trains, saves, and says how it went and what to do next.
  private func train(
    _ engine: any TrainingEngine, _ saver: Saver, _ corpus: Corpus,
    start: ContinuousClock.Instant
  ) throws {
    let commands = NextCommands(data: data)
    var run = TrainingRun(
      engine, saver, reporting, stopAfter: saving.stopAfter,
      log: try openLog(engine.state), resumed: saving.resume)
    mgpt_note_signals()
    let ending = try run.run()
    try run.checkWeights()
    let best = BestModel(engine.state, saver, resumed: saving.resume)
    reporting.say(
      LossSummary(
        state: engine.state, validation: run.validation, best: best,
        vocabulary: corpus.vocabulary, outputPath: outputPath
      ).text)
    let save = LastSave(saver: saver, engine: engine) { path in
      commands.advice(engine.state, path)
    }
    let byteCount = try save.perform()
    mgpt_stop_noting_signals()
    reporting.say(
      "wrote \(outputPath), \(byteCount.groupedDescription) bytes; it took"
        + " \(durationWords(ContinuousClock.now - start))\n")
    switch ending {
    case .finished, .outOfPatience:
      if ending == .outOfPatience {
        reporting.say(engine.state.wordsOfPatience)
      }
      // It came too late to interrupt more than what follows.
      let signal = mgpt_noted_signal()
      if signal != 0 { throw CommandFailure.signal(signal, "the run is done") }
      try FinalSamples(
        options: reporting, engine: engine, best: best, corpus: corpus,
        blockSize: model.blockSize
      ).print()
      let isBetter = best?.isBetterThanLast ?? false
      reporting.say(
        commands.suggestions(
          of: isBetter ? best?.path ?? outputPath : outputPath))
    case .stopped:
      reporting.say(commands.stop(engine.state, savedAs: outputPath) + "\n")
    case .signal(let number):
      throw CommandFailure.signal(
        number, commands.stop(engine.state, savedAs: outputPath))
    }
  }
}

// MARK: - Arguments

extension TrainCommand {
  /// The groups of options that a configuration file may hold.
  var groups: [any ParsableArguments] {
    [data, model, optimizer, saving, labels, reporting]
  }

  private var trainingOptions: TrainingOptions {
    get throws {
      do {
        return try TrainingOptions(
          Settings.typedValues(of: [data, model, optimizer]))
      } catch {
        throw ValidationError("\(error)")
      }
    }
  }

  private var outputPath: String {
    saving.output ?? saving.resume ?? "\(data.name).mgpt"
  }

  /// The files that are read.
  private var inputs: [String] {
    [data.data, model.initFrom, saving.resume, sources.config]
      .compactMap { $0 }.filter { $0 != "-" }
  }
}

// MARK: - Work

extension TrainCommand {
  private func openLog(_ state: TrainingState) throws -> TrainingLog? {
    guard let path = reporting.log else { return nil }
    return try TrainingLog(
      path, state, keeps: saving.resume != nil, replacing: saving.force)
  }

  private func makeEngine(
    _ beginning: Beginning, _ configuration: GPTConfiguration,
    _ corpus: Corpus, _ options: TrainingOptions, otherDataWords: String
  ) throws -> any TrainingEngine {
    let threadCount = reporting.threads ?? WorkerPool.processorCount
    let needed = optimizer.engine.memoryNeeded(
      configuration, corpus, options, threadCount: threadCount)
    let path = saving.resume ?? model.initFrom
    do {
      try Trainer.checkMemory(needed)
      return try optimizer.engine.make(
        beginning, configuration, corpus, options, threadCount: threadCount)
    } catch TrainingError.dataMismatch(let found, let expected) {
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
    } catch TrainingError.elementTypeMismatch(let found, let expected) {
      let error = TrainingError.elementTypeMismatch(
        found: found, expected: expected)
      throw CommandFailure.data("\(path ?? ""): \(error)")
    } catch {
      throw CommandFailure.usage(path.map { "\($0): \(error)" } ?? "\(error)")
    }
  }
}
