#if Server
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Gives the answer to what is not even HTTP a body, which Hummingbird leaves
/// empty.
final class ParseErrorAnswer: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  func write(
    context: ChannelHandlerContext, data: NIOAny,
    promise: EventLoopPromise<Void>?
  ) {
    // The service's own answers with this status have a body.
    guard case .head(var head) = unwrapOutboundIn(data),
      head.status == .badRequest, head.headerFields[.contentLength] == "0",
      let body = try? ServiceError.badRequest("this is not HTTP").body()
    else { return context.write(data, promise: promise) }
    head.headerFields[.contentType] = ServiceError.contentType
    head.headerFields[.contentLength] = "\(body.readableBytes)"
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: promise)
  }
}
#endif
