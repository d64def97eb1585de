import MicroGPTSampler

try beginning()

let model = try LanguageModel(path: "names.mgpt")
try chance(model)
try rules(model)
try streaming(model)
try await tasks(model)
try probabilities(model)
try ranking(model)
try many()
errors(model)
