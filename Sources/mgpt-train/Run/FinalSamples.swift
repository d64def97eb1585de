import MicroGPTCommandLine
import MicroGPTSampler
import MicroGPTTraining

/// The texts that a run prints when it is done.
struct FinalSamples {
  let options: ReportingOptions
  let engine: any TrainingEngine
  let best: BestModel?
  let corpus: Corpus
  let blockSize: Int

  /// Prints samples of the best model, if that is better than the last one.
  func print() throws {
    let isText = engine.state.document == .text
    let count = options.samples ?? (isText ? 1 : 20)
    guard count > 0 else { return }
    let texts: [String]
    if let best, best.isBetterThanLast,
      let model = try? LanguageModel(path: best.path)
    {
      options.say("samples of \(shellWord(best.path)):\n")
      texts = try engine.texts(
        of: model, count: count, temperature: options.temperature)
    } else {
      texts = try engine.samples(
        count: count, temperature: options.temperature)
    }
    for (index, text) in texts.enumerated() {
      // It has lines of its own, so the end of one does not show its end.
      if isText && index > 0 { try StandardOutput.write("---\n") }
      try StandardOutput.write(text + "\n")
    }
    options.say(wordsOfCopies(texts))
  }

  /// The most documents of data in which samples are looked up: with more of
  /// them, those that a model has by heart are few.
  private static let lookUpLimit = 100_000

  /// How many of the samples are copies; empty for a text and for large data.
  private func wordsOfCopies(_ texts: [String]) -> String {
    guard case .lines(let lines) = corpus, !texts.isEmpty,
      lines.documentCount <= Self.lookUpLimit
    else { return "" }
    let count = lines.countOfCopies(among: texts, blockSize: blockSize)
    if texts.count == 1 {
      return "the sample is \(count == 1 ? "a" : "no") line of the data\n"
    }
    let verb = count == 1 ? "is a line" : "are lines"
    return
      "\(count.groupedDescription) of \(counted(texts.count, "sample")) \(verb)"
      + " of the data\n"
  }
}
