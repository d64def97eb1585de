import MicroGPTSampler

func beginning() throws {
  let model = try LanguageModel(path: "names.mgpt")
  let sample = try model.generate(
    prompt: "Ma", options: GenerationOptions(seed: 1))
  print(sample.text, sample.finishReason, sample.seed)
}
