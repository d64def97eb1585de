import MicroGPTSampler

func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }

func probabilities(_ model: LanguageModel) throws {
  let options = GenerationOptions(seed: 1, reportsLogProbabilities: true)
  let sample = try model.generate(prompt: "Ma", options: options)
  let logs = sample.logProbabilities ?? []
  for (character, log) in zip(sample.continuation, logs) {
    print(character, rounded(log))
  }
}

func ranking(_ model: LanguageModel) throws {
  let candidates = ["karin", "krain", "kmrqi", "karina", "nirak"]
  let ranked =
    try candidates
    .map { (name: $0, score: try model.score($0).total) }
    .sorted { $0.score > $1.score }
  for (name, score) in ranked {
    print(name, rounded(score))
  }
}
