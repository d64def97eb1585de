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
    return text + wordsOfBest(best, state)
  }

  /// Which file has the best model, and whether that is worth more than the
  /// last one; empty if nothing is held out.
  private func wordsOfBest(_ best: BestModel?, _ state: TrainingState) -> String
  {
    guard let lowest = state.best else { return "" }
    if let best, !best.isBetterThanLast {
      return "best model: the last one, also in \(shellWord(best.path))\n"
    }
    let isLast = lowest.step == state.completedSteps
    guard best != nil || !isLast else { return "" }
    let loss = "validation \(lowest.loss.rounded(decimals: 4))"
    var words =
      if let best {
        "best model: \(shellWord(best.path)), \(loss) after step \(lowest.step)"
      } else {
        "best model: the one after step \(lowest.step), \(loss), but"
          + " \(shellWord(Saver.bestPath(of: outputPath))) does not hold it"
      }
    if state.validationSteps.last != state.completedSteps {
      words += "; the last one was not validated"
    } else if let last = state.validationLosses.last {
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
    if texts.count == 1 {
      return "the sample is \(count == 1 ? "a" : "no") line of the data\n"
    }
    let verb = count == 1 ? "is a line" : "are lines"
    return "\(count.grouped) of \(counted(texts.count, "sample")) \(verb)"
      + " of the data\n"
  }
}

extension Memorization {
  /// That validation rises as training falls, and the subject of what that
  /// means: “the model”.
  var words: String {
    "validation rose from \(best.loss.rounded(decimals: 4)) after step"
      + " \(best.step) to \(last.loss.rounded(decimals: 4)) after step"
      + " \(last.step), with no better one in"
      + " \(counted(validationCount, "validation")), while the training loss"
      + " fell from \(trainingLossAtBest.rounded(decimals: 4)) to"
      + " \(trainingLoss.rounded(decimals: 4)): the model"
  }
}
