#if Server
import Hummingbird
import NIOCore

/// Stands before every route: takes the body in within its limits, turns each
/// error into JSON, and parts with clients that do not read.
struct Gatekeeper: RouterMiddleware {
  let limits: ServiceLimits
  /// The methods that each path has, as the header Allow lists them.
  let methods: [String: String]

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      var request = request
      request.body = RequestBody(buffer: try await body(of: request))
      response = try await next(request, context)
    } catch {
      let error = serviceError(for: error, request, context)
      response = try error.response(from: request, context: context)
    }
    if request.method == .head { response = response.createHeadResponse() }
    return overseen(response, channel: context.channel)
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
          throw ServiceError(
            status: .contentTooLarge, type: "invalid_request",
            message: "the body has more than \(limits.bodyByteCount) bytes",
            headers: [.connection: "close"])
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
    for error: any Error, _ request: Request, _ context: ServiceContext
  ) -> ServiceError {
    switch error {
    case let error as ServiceError:
      return error
    case let error as HTTPError where error.status == .notFound:
      guard let allowed = methods[request.uri.path] else {
        let known = methods.keys.sorted().joined(separator: ", ")
        return ServiceError(
          status: .notFound, type: "not_found",
          message: "there is no such path, only \(known)")
      }
      return ServiceError(
        status: .methodNotAllowed, type: "invalid_request",
        message: "this path takes \(allowed)", headers: [.allow: allowed])
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
    let isLast = response.headers[.connection] == "close"
    // From here on, since the head already waits for a client to read.
    let cut = channel.eventLoop.scheduleTask(
      in: TimeAmount(limits.answerDuration)
    ) { channel.close(promise: nil) }
    var response = response
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(writer)
      cut.cancel()
      // Until then what the client still sends is thrown away: a connection
      // that is closed at once is reset, and the answer with it.
      if isLast {
        channel.eventLoop.scheduleTask(in: .seconds(1)) {
          channel.close(promise: nil)
        }
      }
    }
    return response
  }
}
#endif
