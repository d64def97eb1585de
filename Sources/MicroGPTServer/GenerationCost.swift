#if Server
import MicroGPTSampler

/// What a request may cost: the characters that go through the model for it.
struct GenerationCost {
  /// The number of texts.
  let count: Int
  /// The characters of the prompt, which is read for each text.
  let promptLength: Int
  /// The most characters that may follow it; none if the context does not hold
  /// the prompt, which the model refuses.
  let maximumLength: Int

  /// The cost of a request to a model.
  init(_ request: GenerateRequest, _ model: LanguageModel) {
    count = request.count
    promptLength = request.prompt.unicodeScalars.count
    let contextLength = model.maximumPromptLength + 1
    maximumLength = min(
      request.maximumLength ?? .max, max(0, contextLength - promptLength))
  }

  /// Refuses a request that may cost too much.
  ///
  /// - Throws: ``ServiceError``, which says what would pass.
  func check(_ limits: ServiceLimits) throws {
    let limit = limits.characterCount
    let length = promptLength + maximumLength
    guard maximumLength > 0, length > limit / count else { return }
    var ways: [String] = []
    if count > 1, limit / length > 0 { ways.append("n \(limit / length)") }
    if limit / count > promptLength {
      ways.append("max_tokens \(limit / count - promptLength)")
    }
    let (product, isBeyond) = count.multipliedReportingOverflow(by: length)
    let factor =
      promptLength == 0
      ? "max_tokens" : "(prompt of \(promptLength) characters + max_tokens)"
    throw ServiceError.unprocessable(
      GenerateRequest.Field.count.rawValue,
      "n × \(factor) is \(count) × \(length)"
        + (isBeyond ? "" : " = \(product)")
        + " characters, expected at most \(limit)"
        + (ways.isEmpty ? "" : ": \(ways.joined(separator: " or ")) would do"))
  }
}
#endif
