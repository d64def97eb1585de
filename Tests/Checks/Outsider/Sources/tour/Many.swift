import MicroGPTSampler

func many() throws {
  let model = try LanguageModel(path: "names.mgpt", threadCount: 2)

  let options = GenerationOptions(seed: 7)
  let samples = try model.generate(
    prompts: ["Ma", "Jo", "", "Ka"], options: options)
  print(samples.map(\.text).joined(separator: " "))

  var short: Set<String> = []
  for sample in try model.samples(options: options)
  where sample.continuationTokenCount < 5 {
    short.insert(sample.text)
    if short.count == 8 { break }
  }
  print(short.sorted().joined(separator: " "))

  // The third of these is the third of any number of them.
  let third = try model.generate(options: options, index: 2)
  print(third.text, try model.samples(options: options).prefix(3).map(\.text))
}
