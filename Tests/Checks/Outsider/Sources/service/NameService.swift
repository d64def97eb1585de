import MicroGPTSampler

struct NameRequest: Sendable {
  var prompt = ""
  var count = 1
  var seed: UInt64?
}

struct NameResponse: Sendable {
  var status = 200
  var lines: [String] = []
}

/// Answers requests, any number at a time, with one model.
struct NameService: Sendable {
  let model: LanguageModel

  func respond(to request: NameRequest) async throws -> NameResponse {
    guard (1...20).contains(request.count), request.prompt.utf8.count <= 64
    else { return NameResponse(status: 422) }

    let options = GenerationOptions(
      seed: request.seed ?? .random(in: 0...UInt64.max), maximumLength: 64)
    var response = NameResponse()
    do {
      for index in 0..<request.count {
        var text = request.prompt
        for await character in try model.characterStream(
          prompt: request.prompt, options: options, index: UInt64(index))
        {
          text.unicodeScalars.append(character.scalar)
        }
        try Task.checkCancellation()
        response.lines.append(text)
      }
    } catch let error as GenerationError {
      return NameResponse(status: 422, lines: ["\(error)"])
    }
    return response
  }
}

extension NameService {
  /// A text as the body of a response, sent as it comes.
  func body(
    _ request: NameRequest
  ) throws(GenerationError) -> AsyncMapSequence<CharacterStream, [UInt8]> {
    let options = GenerationOptions(seed: request.seed, maximumLength: 64)
    return try model.characterStream(prompt: request.prompt, options: options)
      .map { Array(String($0.scalar).utf8) }
  }
}
