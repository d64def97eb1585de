#if Server
import Hummingbird
import NIOHTTP1

extension ServiceError {
  /// What is wrong with bytes that are no request.
  ///
  /// - Parameters:
  ///   - fault: What the decoder says.
  ///   - line: The request's first line; `nil` if it is known to be sound.
  ///   - limits: The service's limits.
  init(
    _ fault: HTTPParserError, _ line: RequestLineMeter?, _ limits: ServiceLimits
  ) {
    switch fault {
    case .headerOverflow
    where line?.byteCount ?? 0 > limits.targetByteCount:
      self = .targetTooLong(limits)
    case .headerOverflow:
      self.init(
        status: .requestHeaderFieldsTooLarge, type: "invalid_request",
        message: "the headers have more than \(limits.headerByteCount) bytes,"
          + " or there are more than \(limits.headerCount)")
    case .invalidVersion where line?.endsBare == false:
      self.init(
        status: .httpVersionNotSupported, type: "invalid_request",
        message: "this service speaks HTTP/1.1 and HTTP/1.0")
    default:
      self = .badRequest("this is not HTTP")
    }
    headers = [.connection: "close"]
  }

  /// Status 414.
  static func targetTooLong(_ limits: ServiceLimits) -> ServiceError {
    ServiceError(
      status: .uriTooLong, type: "invalid_request",
      message: "the path has more than \(limits.targetByteCount) bytes")
  }
}
#endif
