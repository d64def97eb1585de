import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// What the command says of losses: how they went, what they mean, and which
/// model is the best.
extension Train {
  /// How the losses went.
  func summary(
    of state: TrainingState, _ validation: Validation?, _ best: BestModel?,
    _ vocabulary: Vocabulary
  ) -> String {
    let curve = curve(state.history?.losses ?? [], width: 40)
    var text =
      "mean loss of the last \(counted(state.recentLosses.count, "step")):"
      + " \(state.meanLoss.rounded(decimals: 4))  \(curve)\n"
    if let best = state.best, let validation {
      text +=
        "validation loss: \(validation.loss.rounded(decimals: 4)) nats a token,"
        + " \(validation.bitsPerCharacter.rounded(decimals: 4)) bits a"
        + " character; lowest, \(best.loss.rounded(decimals: 4)), after step"
        + " \(best.step)\n"
        + "baseline: \(baseline(vocabulary)), the loss of guessing\n"
        + "bits a character: \(validation.nats.rounded(decimals: 1)) nats of"
        + " \(counted(validation.tokenCount, "token")) / ln 2 /"
        + " \(counted(validation.characterCount, "character")); the loss is the"
        + " mean over documents\n"
    }
    if let best { text += words(of: best, state) }
    return text
  }

  /// Which file has the best model, and whether that is worth more than the
  /// last one.
  private func words(of best: BestModel, _ state: TrainingState) -> String {
    let file = shellWord(best.path)
    guard best.isBetterThanLast else {
      return "best model: the last one, also in \(file)\n"
    }
    var words =
      "best model: \(file), validation"
      + " \(best.validation.loss.rounded(decimals: 4)) after step"
      + " \(best.validation.step)"
    if let last = state.validationLosses.last {
      words += "; the last one has \(last.rounded(decimals: 4))"
    }
    words += "\n"
    if let memorization = state.memorization {
      words += "note: \(memorization.words) memorized what it was trained on\n"
    }
    return words
  }

  /// What goes before samples of the best model.
  func wordsOfSamples(_ best: BestModel?) -> String {
    guard let best, best.isBetterThanLast else { return "" }
    return "samples of \(shellWord(best.path)):\n"
  }

  /// The most documents of data in which samples are looked up: with more of
  /// them, those that a model has by heart are few.
  private static let lookUpLimit = 100_000

  /// How many of the samples are copies; empty for a text and for large data.
  func wordsOfCopies(_ texts: [String], _ corpus: Corpus) -> String {
    guard case .lines(let dataSet) = corpus, !texts.isEmpty,
      dataSet.documentCount <= Self.lookUpLimit
    else { return "" }
    let count = dataSet.countOfCopies(among: texts, blockSize: model.blockSize)
    let verb = count == 1 ? "is a line" : "are lines"
    return "\(count.grouped) of \(counted(texts.count, "sample")) \(verb)"
      + " of the data\n"
  }
}

extension Memorization {
  /// That validation rises as training falls, and the subject of what that
  /// means: “the model”.
  var words: String {
    "validation has risen for \(counted(validationCount, "validation")), from"
      + " \(best.loss.rounded(decimals: 4)) after step \(best.step) to"
      + " \(last.loss.rounded(decimals: 4)) after step \(last.step), while the"
      + " training loss fell from \(trainingLossAtBest.rounded(decimals: 4)) to"
      + " \(trainingLoss.rounded(decimals: 4)): the model"
  }
}
