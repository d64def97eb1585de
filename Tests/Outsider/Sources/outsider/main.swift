import MicroGPTSampler

let model = try LanguageModel(path: CommandLine.arguments[1])
for index in 0..<3 as Range<UInt64> {
  let sample = try model.generate(
    prompt: "Ma", options: GenerationOptions(seed: 1), index: index)
  print(sample.text)
}
