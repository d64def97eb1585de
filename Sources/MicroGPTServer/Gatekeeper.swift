#if Server
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Stands before every route: refuses what the head alone decides, takes the
/// body in within its limits, turns each error into JSON, and parts with clients
/// that do not read.
struct Gatekeeper: RouterMiddleware {
  let limits: ServiceLimits
  let heads: HeadCheck

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await answer(to: request, context, next)
    } catch {
      let error = serviceError(for: error, context)
      response = try error.response(from: request, context: context)
    }
    if request.method == .head { response = response.createHeadResponse() }
    return overseen(response, channel: context.channel)
  }

  private func answer(
    to request: Request, _ context: ServiceContext,
    _ next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let awaitsPermission = request.hasBody && request.headers[.expect] != nil
    let refusal = heads.refusal(of: request)
    if var refusal, awaitsPermission || refusal.headers[.connection] != nil {
      // The body is not read, so no request can follow it.
      refusal.headers[.connection] = "close"
      throw refusal
    }
    if awaitsPermission {
      let permission = HTTPResponse(status: .continue)
      try await context.channel.writeAndFlush(HTTPResponsePart.head(permission))
    }
    var request = request
    request.body = RequestBody(buffer: try await body(of: request))
    if let refusal { throw refusal }
    if request.method == .options {
      return Response(
        status: .noContent, headers: [.allow: heads.allowed(for: request)])
    }
    return try await next(request, context)
  }

  /// The whole body, wherever the request goes: what is left of it would be
  /// read on and on before the connection's next request.
  private func body(of request: Request) async throws -> ByteBuffer {
    let body = request.body
    let limits = limits
    return try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        do {
          return try await body.collect(upTo: limits.bodyByteCount)
        } catch is NIOTooManyBytesError {
          throw ServiceError.bodyTooLarge(limits)
        } catch let error as HTTPParserError where error != .invalidEOFState {
          throw ServiceError(error, nil, limits)
        } catch {
          try Task.checkCancellation()
          var failure = ServiceError.badRequest("the body ends early")
          failure.headers = [.connection: "close"]
          throw failure
        }
      }
      group.addTask {
        try await Task.sleep(for: limits.bodyDuration)
        return nil
      }
      guard let body = try await group.next() ?? nil else {
        throw ServiceError(
          status: .requestTimeout, type: "invalid_request",
          message: "the body took longer than \(limits.bodyDuration)",
          headers: [.connection: "close"])
      }
      return body
    }
  }

  private func serviceError(
    for error: any Error, _ context: ServiceContext
  ) -> ServiceError {
    switch error {
    case let error as ServiceError:
      return error
    case is CancellationError:
      return .unavailable(
        "the service is ending", headers: [.connection: "close"])
    default:
      context.logger.error("\(error)")
      return ServiceError(
        status: .internalServerError, type: "internal",
        message: "the service failed")
    }
  }

  /// The response, written within its time, or the connection is cut.
  private func overseen(
    _ response: Response, channel: any Channel
  ) -> Response {
    let body = response.body
    // From here on, since the head already waits for a client to read.
    let cut = channel.eventLoop.scheduleTask(
      in: TimeAmount(limits.answerDuration)
    ) { channel.close(promise: nil) }
    var response = response
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(writer)
      cut.cancel()
    }
    return response
  }
}
#endif
