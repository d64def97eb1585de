import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// Steps, validations, saves and reports of a run until it ends.
struct TrainingRun {
  /// Why it ended.
  enum Ending: Equatable {
    case finished
    case outOfPatience
    /// As many steps are done as were asked for.
    case stopped
    case signal(Int32)
  }

  let engine: any TrainingEngine
  let saver: Saver
  let options: ReportingOptions
  let stopAfter: Int?
  let log: TrainingLog?
  /// The checkpoint that the run goes on from.
  let resumed: String?
  private let sampleInterval: Int?
  /// The validation of the last steps that were done here, if there was one.
  private(set) var validation: Validation?
  /// Whether it was said that the model memorizes.
  private var hasWarned = false

  init(
    _ engine: any TrainingEngine, _ saver: Saver, _ options: ReportingOptions,
    stopAfter: Int?, log: TrainingLog?, resumed: String?
  ) {
    self.engine = engine
    self.saver = saver
    self.options = options
    self.stopAfter = stopAfter
    self.log = log
    self.resumed = resumed
    sampleInterval = options.quiet ? nil : options.sampleEvery
  }

  /// Trains; what is left to save at the end is left to the caller.
  mutating func run() throws -> Ending {
    var progress = TrainingProgress(engine.state, isQuiet: options.quiet)
    defer { progress.clear() }
    while !engine.isFinished {
      let loss = engine.step()
      let step = engine.completedSteps
      guard loss.isFinite else {
        throw divergence("the loss of step \(step) is \(loss)")
      }
      log?.record(engine, loss: loss, seconds: progress.seconds)
      if engine.isValidationDue { try validate(&progress) }
      progress.record(engine, loss: loss)
      if let sampleInterval, step.isMultiple(of: sampleInterval) {
        showTexts(&progress)
      }
      if saver.isDue(after: step) { try saveRegularly(&progress) }
      let signal = mgpt_noted_signal()
      if signal != 0 && !engine.isFinished { return .signal(signal) }
      if step == stopAfter && !engine.isFinished { return .stopped }
    }
    return engine.completedSteps == engine.state.options.stepCount
      ? .finished : .outOfPatience
  }

  /// Refuses weights that are of no use.
  func checkWeights() throws {
    guard engine.hasFiniteWeights else {
      throw divergence(
        "weights are not finite after step \(engine.completedSteps)")
    }
  }

  private mutating func validate(_ progress: inout TrainingProgress) throws {
    try checkWeights()
    guard let validation = engine.validate() else { return }
    guard validation.loss.isFinite else {
      throw divergence(
        "the validation loss after step \(engine.completedSteps) is"
          + " \(validation.loss)")
    }
    self.validation = validation
    log?.record(engine.state, validation, seconds: progress.seconds)
    if engine.state.isAtBest {
      try warning(&progress, "the best model") {
        try saver.saveBest(engine)
      }
    }
    noteMemorization(&progress)
  }

  /// Says once, and while there is time to end the run, that it gets worse.
  private mutating func noteMemorization(_ progress: inout TrainingProgress) {
    guard !hasWarned, !options.quiet, !engine.isFinished,
      let memorization = engine.state.memorization
    else { return }
    hasWarned = true
    let best = BestModel(engine.state, saver, resumed: resumed)
    let patience = Memorization.minimumValidationCount
    progress.clear()
    StandardError.write(
      "note: \(memorization.words) is memorizing what it is trained on"
        + (best.map { "; the best so far is in \(shellWord($0.path))" } ?? "")
        + (engine.state.options.patience == nil
          ? "; --patience \(patience) would end it\n" : "\n"))
  }

  private func saveRegularly(_ progress: inout TrainingProgress) throws {
    try checkWeights()
    log?.flush()
    try warning(&progress, "the run") { try saver.saveRegularly(engine) }
  }

  /// A save that fails ends no training, as the next one may succeed.
  private func warning(
    _ progress: inout TrainingProgress, _ what: String,
    _ save: () throws -> Void
  ) throws {
    do {
      try save()
    } catch let failure as CommandFailure {
      progress.clear()
      StandardError.write(
        "warning: \(what) could not be saved after step"
          + " \(engine.completedSteps): \(failure.message)\n")
    }
  }

  private func showTexts(_ progress: inout TrainingProgress) {
    let isText = engine.state.document == .text
    progress.clear()
    do {
      let texts = try engine.texts(
        count: isText ? 1 : 5, length: 200, temperature: options.temperature)
      StandardError.write(
        "after step \(engine.completedSteps):" + (isText ? "\n" : " ")
          + texts.joined(separator: ", ") + "\n")
    } catch {
      StandardError.write("warning: no texts to show: \(error)\n")
    }
  }

  private func divergence(_ sign: String) -> CommandFailure {
    let saved = saver.savedStep.map { "\(saver.path) holds step \($0)" }
    return .data(
      "training diverged: \(sign); a lower --learning-rate may help,"
        + " \(saved ?? "nothing was written")")
  }
}
