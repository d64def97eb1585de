#if Server
import Hummingbird

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A request that is not served: a status, and one sentence as JSON.
struct ServiceError: HTTPResponseError, Equatable {
  let status: HTTPResponse.Status
  /// What kind of error it is, for programs.
  let type: String
  let message: String
  /// The field of the request that is to blame.
  var parameter: String?
  var headers: HTTPFields = [:]

  /// Status 400: what came is no request.
  static func badRequest(_ message: String) -> ServiceError {
    ServiceError(
      status: .badRequest, type: "invalid_request", message: message)
  }

  /// Status 422: a field holds what it must not.
  static func unprocessable(
    _ parameter: String, _ message: String
  ) -> ServiceError {
    ServiceError(
      status: .unprocessableContent, type: "invalid_request", message: message,
      parameter: parameter)
  }

  /// Status 503: not now.
  static func unavailable(
    _ message: String, headers: HTTPFields
  ) -> ServiceError {
    ServiceError(
      status: .serviceUnavailable, type: "unavailable", message: message,
      headers: headers)
  }

  func response(
    from request: Request, context: some RequestContext
  ) throws -> Response {
    var headers = headers
    headers[.contentType] = Self.contentType
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: try body()))
  }

  /// The error as JSON.
  func body() throws -> ByteBuffer {
    ByteBuffer(bytes: try JSONEncoder.answers.encode(["error": self]))
  }

  /// What ``body()`` is, the same as Hummingbird says of its JSON.
  static let contentType = "application/json; charset=utf-8"
}

extension ServiceError: Encodable {
  private enum Key: String, CodingKey {
    case message
    case type
    case parameter = "param"
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(message, forKey: .message)
    try fields.encode(type, forKey: .type)
    try fields.encode(parameter, forKey: .parameter)  // null if there is none
  }
}
#endif
