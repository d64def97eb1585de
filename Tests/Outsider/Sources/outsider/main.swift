import MicroGPTSampler

let model = try LanguageModel(path: CommandLine.arguments[1])
for stream in 0..<3 as Range<UInt64> {
  let sample = try model.generate(prompt: "Ma", seed: 1, stream: stream)
  print(sample.prompt + sample.continuation)
}
