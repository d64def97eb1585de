#if Server
import Hummingbird
import MicroGPTSampler

extension ServiceError {
  /// Why a text cannot be generated: the request's fault, status 422, or else
  /// the service's.
  init(_ error: GenerationError) {
    switch error {
    case .unknownCharacter, .promptTooLong:
      self = .unprocessable(
        GenerateRequest.Field.prompt.rawValue, "\(error)")
    case .invalidOption(.temperature, _, _):
      self = .unprocessable(
        GenerateRequest.Field.temperature.rawValue, "\(error)")
    case .invalidOption(.maximumLength, _, _):
      self = .unprocessable(
        GenerateRequest.Field.maximumLength.rawValue, "\(error)")
    case .outOfMemory:
      self = .unavailable("\(error)", headers: [.retryAfter: "1"])
    default:
      self.init(
        status: .internalServerError, type: "internal", message: "\(error)")
    }
  }
}
#endif
