#if Server
import Hummingbird
import MicroGPTSampler

/// The answer to `POST /generate`.
struct GenerateAnswer: ResponseEncodable {
  let model: String
  /// The seed, given or drawn: with it the same request has the same answer.
  let seed: UInt64
  let samples: [Text]

  struct Text: Encodable {
    let text: String
    let continuation: String
    let finishReason: String
    let tokens: Int

    private enum CodingKeys: String, CodingKey {
      case text
      case continuation
      case finishReason = "finish_reason"
      case tokens
    }

    init(_ sample: Sample) {
      text = sample.text
      continuation = sample.continuation
      finishReason = sample.finishReason.rawValue
      tokens = sample.continuationTokenCount
    }
  }
}

/// The answer to `GET /healthz`.
struct HealthAnswer: ResponseEncodable {
  let status = "ok"
  let models: [String]
}
#endif
