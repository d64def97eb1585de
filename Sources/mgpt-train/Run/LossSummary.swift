import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// What a run says of its losses: how they went, what they mean, and which
/// model is the best.
struct LossSummary {
  let state: TrainingState
  /// The validation of the last steps, if there was one.
  let validation: Validation?
  let best: BestModel?
  let vocabulary: Vocabulary
  /// The checkpoint of the run.
  let outputPath: String

  /// The lines, each with its end.
  var text: String {
    let curve = sparkline(state.history?.losses ?? [], width: 40)
    var text =
      "mean loss of the last \(counted(state.recentLosses.count, "step")):"
      + " \(state.meanLoss.formatted(decimals: 4))  \(curve)\n"
    if let best = state.best, let validation {
      text +=
        "validation loss: \(validation.loss.formatted(decimals: 4)) nats a token,"
        + " \(validation.bitsPerCharacter.formatted(decimals: 4)) bits a"
        + " character; lowest, \(best.loss.formatted(decimals: 4)), after step"
        + " \(best.step)\n"
        + "baseline: \(vocabulary.baseline), the loss of guessing\n"
        + "bits a character: \(validation.nats.formatted(decimals: 1)) nats of"
        + " \(counted(validation.tokenCount, "token")) / ln 2 /"
        + " \(counted(validation.characterCount, "character")); the loss is the"
        + " mean over documents\n"
    }
    return text + bestModel
  }

  /// Which file has the best model, and whether that is worth more than the
  /// last one; empty if nothing is held out.
  private var bestModel: String {
    guard let lowest = state.best else { return "" }
    if let best, !best.isBetterThanLast {
      return "best model: the last one, also in \(shellWord(best.path))\n"
    }
    let isLast = lowest.step == state.completedSteps
    guard best != nil || !isLast else { return "" }
    let loss = "validation \(lowest.loss.formatted(decimals: 4))"
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
      words += "; the last one has \(last.formatted(decimals: 4))"
    }
    words += "\n"
    if let memorization = state.memorization {
      words += "note: \(memorization.words) memorized what it was trained on\n"
    }
    return words
  }
}

extension TrainingState {
  /// That patience ended the run.
  var wordsOfPatience: String {
    "stopped early after step \(completedSteps): the last"
      + " \(counted(options.patience ?? 0, "validation")) were no better"
      + " than the one after step \(best?.step ?? 0)\n"
  }
}

extension Memorization {
  /// That validation rises as training falls, and the subject of what that
  /// means: “the model”.
  var words: String {
    "validation rose from \(best.loss.formatted(decimals: 4)) after step"
      + " \(best.step) to \(last.loss.formatted(decimals: 4)) after step"
      + " \(last.step), with no better one in"
      + " \(counted(validationCount, "validation")), while the training loss"
      + " fell from \(trainingLossAtBest.formatted(decimals: 4)) to"
      + " \(trainingLoss.formatted(decimals: 4)): the model"
  }
}
