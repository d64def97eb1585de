import MicroGPTSampler

func errors(_ model: LanguageModel) {
  do {
    print(try model.generate(prompt: "Zoë").text)
  } catch .unknownCharacter(let unknown) {
    print("no \(unknown.scalar), at place \(unknown.scalarIndex)")
  } catch {
    print(error)
  }

  do {
    _ = try model.generate(options: GenerationOptions(topP: 1.5))
  } catch {
    print(error)
  }

  do {
    _ = try LanguageModel(path: "towns.mgpt")
  } catch {
    print("towns.mgpt: \(error)")
  }
}
