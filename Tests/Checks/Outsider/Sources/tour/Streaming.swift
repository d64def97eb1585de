import MicroGPTSampler

func streaming(_ model: LanguageModel) throws {
  let endless = GenerationOptions(
    seed: 1, minimumLength: .max, contextOverflow: .slide)

  var room = 24
  let line = try model.generate(prompt: "Ma", options: endless) { character in
    print(character.scalar, terminator: "")
    room -= 1
    return room > 0
  }
  print(" (\(line.finishReason))")

  let name = try model.characters(
    prompt: "Ma", options: GenerationOptions(seed: 1))
  while let character = name.next() {
    print(character.scalar, name.sample.text)
  }
}

func tasks(_ model: LanguageModel) async throws {
  for await character in try model.characterStream(
    prompt: "Ma", options: GenerationOptions(seed: 1))
  {
    print(character.scalar, terminator: " ")
  }
  print()

  let endless = GenerationOptions(minimumLength: .max, contextOverflow: .slide)
  let writer = Task {
    var text = ""
    for await character in try model.characterStream(options: endless) {
      text.unicodeScalars.append(character.scalar)
    }
    return text
  }
  try await Task.sleep(for: .milliseconds(20))
  writer.cancel()
  let text = try await writer.value
  print(text.isEmpty ? "nothing" : "a good deal of text")
}
