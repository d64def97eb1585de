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

/// What a run says before it trains: data, model and plan, and what is amiss.
struct Announcement {
  /// The data's name.
  let name: String
  let corpus: Corpus
  let configuration: GPTConfiguration
  let engine: any TrainingEngine
  let kind: EngineKind

  /// The lines, each with its end.
  var text: String {
    let options = engine.state.options
    let (size, noun) =
      switch corpus {
      case .lines(let lines):
        (
          "\(counted(lines.documentCount, "document")),"
            + " \(counted(lines.tokenCount, "token"))", "document"
        )
      case .text(let text):
        (counted(text.characterCount, "character"), "window")
      }
    let split = Split(corpus, engine)
    let passes = split.passes(
      documents: Double(options.stepCount) * Double(options.batchSize),
      blockSize: configuration.blockSize)
    return """
      data      \(name): \(size), vocab_size \(corpus.vocabulary.size)\
      \(split.words)
      model     \(configuration.parameterCount.groupedDescription) parameters: n_layer \
      \(configuration.layerCount), n_head \(configuration.headCount), n_embd \(configuration.embeddingWidth), \
      block_size \(configuration.blockSize)
      training  \(counted(options.stepCount, "step")) of \
      \(counted(options.batchSize, noun)), learning rate \
      \(options.learningRate), seed \(options.seed), \
      \(kind.rawValue) engine
      passes    \(passes) over the \(split.trainedWords) to train on
      baseline  \(corpus.vocabulary.baseline): the loss of guessing

      """ + lengthWarning + (normalFormWarning ?? "")
        + (split.warning(share: options.validationFraction) ?? "")
  }

  private var lengthWarning: String {
    guard case .lines(let lines) = corpus else { return "" }
    // The BOS at the end is to be predicted too, so a document of block_size
    // characters does not fit.
    let longCount = lines.documentCount(
      longerThan: configuration.blockSize - 1)
    guard longCount > 0 else { return "" }
    return """
      warning: \(longCount.groupedDescription) of \(lines.documentCount.groupedDescription) \
      documents are longer than \(configuration.blockSize - 1) characters and train \
      without their end; \(advice(lines.longestDocumentLength + 1))

      """
  }

  /// What to say of letters that stand in decomposed form.
  private var normalFormWarning: String? {
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

  /// Advice for documents of up to a number of positions.
  private func advice(_ positions: Int) -> String {
    GPTConfiguration.blockSizeRange.contains(positions)
      ? "--block-size \(positions) would hold them all"
      : "the greatest --block-size is \(GPTConfiguration.blockSizeRange.upperBound)"
  }
}

extension Vocabulary {
  /// The loss of a model that takes all tokens for equally likely.
  var baseline: String {
    let loss = log(Double(size)).formatted(decimals: 4)
    return "ln \(size.groupedDescription) = \(loss) nats a token"
  }
}
