import MicroGPTSampler

let model = try LanguageModel(path: "names.mgpt")
let service = NameService(model: model)

// Requests at the same time: each has the texts of its own seed.
async let first = service.respond(
  to: NameRequest(prompt: "Ma", count: 3, seed: 1))
async let second = service.respond(
  to: NameRequest(prompt: "Ma", count: 3, seed: 2))
for answer in try await [first, second] {
  print(answer.status, answer.lines.joined(separator: " "))
}

// What cannot be done is said.
for request in [NameRequest(prompt: "X Æ A-12"), NameRequest(count: 99)] {
  let answer = try await service.respond(to: request)
  print(answer.status, answer.lines.joined())
}

// A client that leaves takes its texts with it; this one is so quick that it
// may have to ask more than once.
do {
  while true {
    _ = try await service.respond(to: NameRequest(count: 20)) { $0() }
  }
} catch {
  print(error)
}

var body: [UInt8] = []
for await bytes in try service.body(NameRequest(prompt: "Ma", seed: 1)) {
  body += bytes
}
print(String(decoding: body, as: UTF8.self))

let texts = try await Writer(model: model).texts(
  of: ["Ma", "Jo"], options: GenerationOptions(seed: 1))
print(texts.joined(separator: " "))
