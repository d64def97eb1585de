import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTText
import MicroGPTTraining

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the command says around its work, on standard error.
extension Train {
  func announcement(
    _ corpus: Corpus, _ configuration: GPTConfiguration,
    _ engine: any TrainingEngine
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
    let split = Split(corpus, engine)
    let steps = optimizer.steps + (saving.extend ?? 0)
    let passes = split.passes(
      documents: Double(steps) * Double(optimizer.batchSize),
      blockSize: model.blockSize)
    return """
      data      \(data.name): \(size), vocab_size \(corpus.vocabulary.size)\
      \(split.words)
      model     \(configuration.parameterCount.grouped) parameters: n_layer \
      \(model.nLayer), n_head \(model.nHead), n_embd \(model.nEmbd), \
      block_size \(model.blockSize)
      training  \(counted(steps, "step")) of \
      \(counted(optimizer.batchSize, noun)), learning rate \
      \(optimizer.learningRate), seed \(optimizer.seed), \
      \(optimizer.engine.rawValue) engine
      passes    \(passes) over the \(split.trainedWords) to train on
      baseline  \(baseline(corpus.vocabulary)): the loss of guessing

      """ + warning(of: corpus) + (normalFormWarning(of: corpus) ?? "")
        + (split.warning(share: data.validationShare) ?? "")
  }

  /// The loss of a model that takes all tokens for equally likely.
  func baseline(_ vocabulary: Vocabulary) -> String {
    let size = vocabulary.size
    let loss = log(Double(size)).rounded(decimals: 4)
    return "ln \(size.grouped) = \(loss) nats a token"
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

  /// What to say of letters that stand in decomposed form.
  private func normalFormWarning(of corpus: Corpus) -> String? {
    guard let found = corpus.decomposedCharacters else { return nil }
    let example = OtherForm.parts([found.base, found.mark])
    let consequence =
      found.isComposedToo
      ? "and the vocabulary has the composed form (NFC) too, which is another"
        + " character to the model"
      : "which the model learns as several characters each"
    return "warning: \(counted(found.count, "character")) of the data"
      + " \(found.count == 1 ? "is" : "are") in decomposed form (NFD), as"
      + " \(quoted(found.composed)) is in \(example), \(consequence);"
      + " \(OtherForm.conversion(.nfc))\n"
  }

  /// What to do about documents that take so many positions.
  private func advice(_ positions: Int) -> String {
    GPTConfiguration.blockSizeRange.contains(positions)
      ? "--block-size \(positions) would hold them all"
      : "the greatest --block-size is \(GPTConfiguration.blockSizeRange.upperBound)"
  }

  /// Three commands to try next, spelt so that they work where this one did.
  func suggestions(of path: String) -> String {
    let output = shellWord(path)
    return """

      Try next:
        \(command("mgpt-sample")) \(output) -n 5
        \(command("mgpt-inspect")) \(output)
        \(command("mgpt-convert")) \(output) \(shellWord(data.name + ".json"))

      """
  }

  /// What to type to go on with the run that a file holds.
  func resumption(of path: String) -> String {
    command("mgpt-train")
      + (data.data.map { " --data \(shellWord($0))" } ?? "")
      + " --resume \(shellWord(path))"
  }

  /// What to do with a run that was saved elsewhere.
  func advice(_ state: TrainingState, _ path: String) -> String {
    state.isFinished
      ? "; to see what it writes: \(command("mgpt-sample"))"
        + " \(shellWord(path)) -n 5; to train it further:"
        + " \(resumption(of: path)) --extend \(state.options.steps)"
      : "; to go on: \(resumption(of: path))"
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
}
