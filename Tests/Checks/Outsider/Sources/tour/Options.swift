import MicroGPTSampler

/// Prints six texts of one seed.
func show(
  _ title: String, _ model: LanguageModel, prompt: String = "",
  _ options: GenerationOptions
) throws {
  let samples = try model.samples(prompt: prompt, options: options, count: 6)
  print(title + ":", samples.map(\.text).joined(separator: " "))
}

func chance(_ model: LanguageModel) throws {
  for temperature in [0, 0.3, 0.5, 1, 2] as [Float] {
    try show(
      "temperature \(temperature)", model,
      GenerationOptions(seed: 1, temperature: temperature))
  }
  try show(
    "topK 3", model, GenerationOptions(seed: 1, temperature: 1, topK: 3))
  try show(
    "topP 0.8", model, GenerationOptions(seed: 1, temperature: 1, topP: 0.8))
  try show(
    "minP 0.1", model, GenerationOptions(seed: 1, temperature: 1, minP: 0.1))
  try show(
    "minP 0.1, temperature 2", model,
    GenerationOptions(seed: 1, temperature: 2, minP: 0.1))
  try show(
    "repetitionPenalty 1.5", model,
    GenerationOptions(seed: 1, repetitionPenalty: 1.5))
}

func rules(_ model: LanguageModel) throws {
  var options = GenerationOptions(seed: 1)
  options.minimumLength = 8
  try show("minimumLength 8", model, options)
  options = GenerationOptions(seed: 1)
  options.maximumLength = 3
  try show("maximumLength 3", model, options)
  options = GenerationOptions(seed: 1)
  options.stopStrings = ["an", "ri"]
  try show("stopStrings", model, options)
  options = GenerationOptions(seed: 1)
  options.bannedCharacters = ["a", "e"]
  try show("bannedCharacters", model, options)
  options = GenerationOptions(seed: 1)
  options.allowedCharacters = Array("aeiouklmn".unicodeScalars)
  try show("allowedCharacters", model, options)
  options = GenerationOptions(seed: 1)
  options.forcedCharacters = [0: "x", 4: "o"]
  try show("forcedCharacters", model, options)

  let babble = GenerationOptions(
    seed: 1, minimumLength: 60, maximumLength: 60, contextOverflow: .slide)
  print(try model.generate(options: babble).text)
}
