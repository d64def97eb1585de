import MicroGPTParallel

extension LanguageModel {
  /// The texts that go through the model together: as many as fill the registers
  /// well, and no more than memory for keys and values is to be had.
  var batchWidth: Int { weights.isSmall ? 48 : 16 }

  /// As many texts as are well made at once, for whoever has more prompts than
  /// that and gives them to ``generate(prompts:options:firstIndex:)`` part by
  /// part: some milliseconds of work for names, if the model is small.
  public var batchSize: Int {
    let size = max(
      batchWidth, min(1 << 13, (1 << 25) / configuration.parameterCount))
    return weights.isSmall ? size * (pool?.threadCount ?? 1) : size
  }
}
