import MicroGPTSampler

let model = try LanguageModel(bytes: PackageResources.names_mgpt)
print(
  try model.generate(prompt: "Ma", options: GenerationOptions(seed: 1)).text)
