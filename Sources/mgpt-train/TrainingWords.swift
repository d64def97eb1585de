import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// What the command says around its work, on standard error.
extension Train {
  func announce(_ corpus: Corpus, _ configuration: GPTConfiguration) {
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
    StandardError.write(
      """
      data      \(dataName): \(size), vocab_size \(corpus.vocabulary.size)
      model     \(configuration.parameterCount.grouped) parameters: n_layer \
      \(nLayer), n_head \(nHead), n_embd \(nEmbd), block_size \(blockSize)
      training  \(counted(steps, "step")) of \
      \(counted(batchSize, noun)), learning rate \
      \(learningRate), seed \(seed), \(engine.rawValue) engine

      """)
    if case .lines(let dataSet) = corpus { warnOfLongDocuments(dataSet) }
  }

  private func warnOfLongDocuments(_ dataSet: DataSet) {
    // The BOS at the end is to be predicted too, so a document of block_size
    // characters does not fit.
    let longCount = dataSet.countOfDocuments(longerThan: blockSize - 1)
    if longCount > 0 {
      StandardError.write(
        """
        warning: \(longCount.grouped) of \(dataSet.documentCount.grouped) \
        documents are longer than \(blockSize - 1) characters and train \
        without their end; \(advice(dataSet.longestDocument + 1))

        """)
    }
  }

  /// What to do about documents that take so many positions.
  private func advice(_ positions: Int) -> String {
    GPTConfiguration.blockLimits.contains(positions)
      ? "--block-size \(positions) would hold them all"
      : "the greatest --block-size is \(GPTConfiguration.blockLimits.upperBound)"
  }

  /// Three commands to try next, spelt so that they work where this one did.
  var suggestions: String {
    let invoked = CommandLine.arguments.first ?? ""
    let folder =
      invoked.lastIndex(of: "/").map { String(invoked[...$0]) } ?? ""
    // As “swift run” calls it, which works where the package is.
    var status = mgpt_file_status()
    let isRunByPackageManager =
      folder.contains(".build/")
      && mgpt_status_of_path("Package.swift", &status) == 0
    func command(_ name: String) -> String {
      isRunByPackageManager
        ? "swift run -c release \(name)" : shellWord(folder + name)
    }
    let output = shellWord(outputPath)
    return """

      Try next:
        \(command("mgpt-sample")) \(output) -n 5
        \(command("mgpt-inspect")) \(output)
        \(command("mgpt-convert")) \(output) \(shellWord(dataName + ".json"))

      """
  }

  func seconds(_ duration: Duration) -> String {
    let (whole, atto) = duration.components
    return (Double(whole) + Double(atto) * 1e-18).rounded(decimals: 1)
  }
}
