import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// What the command says around its work, on standard error.
extension Train {
  func announcement(
    _ corpus: Corpus, _ configuration: GPTConfiguration
  ) -> String {
    let (size, noun) =
      switch corpus {
      case .lines(let dataSet):
        (
          "\(counted(dataSet.documentCount, "document")),"
            + " \(counted(dataSet.tokenCount, "token"))", "document"
        )
      case .text(let text):
        (counted(text.characterCount, "character"), "window")
      }
    let steps = optimiser.steps + (saving.extend ?? 0)
    let held =
      data.validationShare > 0
      ? ", \((data.validationShare * 100).rounded(decimals: 1)) % held out" : ""
    return """
      data      \(data.name): \(size), vocab_size \(corpus.vocabulary.size)\(held)
      model     \(configuration.parameterCount.grouped) parameters: n_layer \
      \(model.nLayer), n_head \(model.nHead), n_embd \(model.nEmbd), \
      block_size \(model.blockSize)
      training  \(counted(steps, "step")) of \
      \(counted(optimiser.batchSize, noun)), learning rate \
      \(optimiser.learningRate), seed \(optimiser.seed), \
      \(optimiser.engine.rawValue) engine

      """ + warning(of: corpus)
  }

  private func warning(of corpus: Corpus) -> String {
    guard case .lines(let dataSet) = corpus else { return "" }
    // The BOS at the end is to be predicted too, so a document of block_size
    // characters does not fit.
    let longCount = dataSet.countOfDocuments(longerThan: model.blockSize - 1)
    guard longCount > 0 else { return "" }
    return """
      warning: \(longCount.grouped) of \(dataSet.documentCount.grouped) \
      documents are longer than \(model.blockSize - 1) characters and train \
      without their end; \(advice(dataSet.longestDocument + 1))

      """
  }

  /// What to do about documents that take so many positions.
  private func advice(_ positions: Int) -> String {
    GPTConfiguration.blockLimits.contains(positions)
      ? "--block-size \(positions) would hold them all"
      : "the greatest --block-size is \(GPTConfiguration.blockLimits.upperBound)"
  }

  /// How the losses went.
  func summary(
    of state: TrainingState, _ validation: Validation?
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
    }
    return text
  }

  /// Three commands to try next, spelt so that they work where this one did.
  var suggestions: String {
    let output = shellWord(outputPath)
    return """

      Try next:
        \(command("mgpt-sample")) \(output) -n 5
        \(command("mgpt-inspect")) \(output)
        \(command("mgpt-convert")) \(output) \(shellWord(data.name + ".json"))

      """
  }

  /// What to type to go on with the run.
  var resumption: String {
    command("mgpt-train")
      + (data.data.map { " --data \(shellWord($0))" } ?? "")
      + " --resume \(shellWord(outputPath))"
  }

  /// A program, called as this one was.
  private func command(_ name: String) -> String {
    let invoked = CommandLine.arguments.first ?? ""
    let folder =
      invoked.lastIndex(of: "/").map { String(invoked[...$0]) } ?? ""
    // As “swift run” calls it, which works where the package is.
    var status = mgpt_file_status()
    let isRunByPackageManager =
      folder.contains(".build/")
      && mgpt_status_of_path("Package.swift", &status) == 0
    return isRunByPackageManager
      ? "swift run -c release \(name)" : shellWord(folder + name)
  }

  func seconds(_ duration: Duration) -> String {
    let (whole, atto) = duration.components
    return (Double(whole) + Double(atto) * 1e-18).rounded(decimals: 1)
  }
}
