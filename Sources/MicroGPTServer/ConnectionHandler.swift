#if Server
import NIOCore
import NIOHTTP1

/// Decides how long a connection lasts, which the framework leaves to clients.
///
/// A request is the last one if its client says so, speaks HTTP/1.0 and does
/// not ask for more, or wants to change to another protocol. The last answer
/// says `Connection: close`; after it the output is closed at once, and what
/// the client still sends is thrown away for a second: a connection that is
/// closed on unread bytes is reset, and the answer with it.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What comes after a request.
  private enum Sequel {
    case others
    /// Others, which is to be said to a client of HTTP/1.0.
    case othersAsAsked
    case none
  }

  private let limits: ServiceLimits
  private let probe: PresenceProbe
  private let meter: RequestLineMeter
  /// The sequels of the requests whose answers are still to come.
  private var sequels = CircularBuffer<Sequel>()
  private var isReadingLast = false
  /// Whether what comes in is thrown away.
  private var hasReadLast = false
  private var hasInputEnded = false
  private var isAnswering = false
  /// Whether the answer at hand, or written, is the last.
  private var isClosing = false
  private var isServiceEnding = false
  /// Fulfilled when the last answer has been written.
  private var lastWrite: EventLoopFuture<Void>?
  private var fault: HTTPParserError?

  init(limits: ServiceLimits, probe: PresenceProbe, meter: RequestLineMeter) {
    self.limits = limits
    self.probe = probe
    self.meter = meter
  }

  // MARK: - What comes in

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasReadLast, !isClosing else { return }
    switch unwrapInboundIn(data) {
    case .head(var head):
      let sequel = Self.sequel(of: head)
      sequels.append(sequel)
      isReadingLast = sequel == .none
      // HTTP/1.0 has no interim answers (RFC 9110, section 10.1.1).
      if head.version == .http1_0 { head.headers.remove(name: "expect") }
      context.fireChannelRead(wrapInboundOut(.head(head)))
    case .body:
      context.fireChannelRead(data)
    case .end:
      meter.begin()
      hasReadLast = isReadingLast
      context.fireChannelRead(data)
    }
  }

  private static func sequel(of head: HTTPRequestHead) -> Sequel {
    // The decoder stops after what may change to another protocol.
    let mayChange =
      head.method == .CONNECT || head.headers.contains(name: "upgrade")
    guard head.isKeepAlive, !mayChange else { return .none }
    return head.version == .http1_0 ? .othersAsAsked : .others
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // Nobody else asks for what is thrown away.
    if hasReadLast || isClosing { context.read() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError {
      guard !hasReadLast, !isClosing else { return }
      hasReadLast = true
      fault = error
    }
    context.fireErrorCaught(error)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      hasInputEnded = true
      askWhileWaiting()
      if lastWrite != nil { context.close(mode: .output, promise: nil) }
    } else if event is ChannelShouldQuiesceEvent {
      isServiceEnding = true
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// Finds out whether a client that sends no more still waits for an answer.
  private func askWhileWaiting() {
    if hasInputEnded, !isAnswering, !isClosing, !sequels.isEmpty {
      probe.ask()
    }
  }

  // MARK: - What goes out

  func write(
    context: ChannelHandlerContext, data: NIOAny,
    promise: EventLoopPromise<Void>?
  ) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status.code >= 200:
      begin(head, context, promise)
    case .end:
      end(data, context, promise)
    default:
      context.write(data, promise: promise)
    }
  }

  private func begin(
    _ head: HTTPResponseHead, _ context: ChannelHandlerContext,
    _ promise: EventLoopPromise<Void>?
  ) {
    var head = head
    let body = body(inPlaceOfNone: &head)
    let sequel = sequels.popFirst() ?? .none
    let nothingFollows =
      sequels.isEmpty && (hasInputEnded || isServiceEnding)
    isAnswering = true
    isClosing = sequel == .none || nothingFollows || !head.isKeepAlive
    if isClosing {
      head.headers.replaceOrAdd(name: "Connection", value: "close")
    } else if sequel == .othersAsAsked {
      head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
    }
    guard let body else {
      return context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(
      wrapOutboundOut(.body(.byteBuffer(body))), promise: promise)
  }

  /// The body of the answer to what is no HTTP, which Hummingbird leaves empty.
  private func body(inPlaceOfNone head: inout HTTPResponseHead) -> ByteBuffer? {
    guard let fault, head.status == .badRequest,
      head.headers["content-length"] == ["0"]
    else { return nil }
    let error = ServiceError(fault, meter, limits)
    guard let body = try? error.body() else { return nil }
    head.status = HTTPResponseStatus(
      statusCode: error.status.code, reasonPhrase: error.status.reasonPhrase)
    head.headers.replaceOrAdd(
      name: "Content-Type", value: ServiceError.contentType)
    head.headers.replaceOrAdd(
      name: "Content-Length", value: "\(body.readableBytes)")
    return body
  }

  private func end(
    _ data: NIOAny, _ context: ChannelHandlerContext,
    _ promise: EventLoopPromise<Void>?
  ) {
    isAnswering = false
    guard isClosing else {
      context.write(data, promise: promise)
      return askWhileWaiting()
    }
    let written = promise ?? context.eventLoop.makePromise()
    lastWrite = written.futureResult
    let channel = context.channel
    let cut = channel.eventLoop.scheduleTask(
      in: TimeAmount(limits.answerDuration)
    ) { channel.close(promise: nil) }
    written.futureResult.whenComplete { _ in
      cut.cancel()
      channel.close(mode: .output, promise: nil)
      channel.eventLoop.scheduleTask(in: .seconds(1)) {
        channel.close(promise: nil)
      }
    }
    context.writeAndFlush(data, promise: written)
  }

  func close(
    context: ChannelHandlerContext, mode: CloseMode,
    promise: EventLoopPromise<Void>?
  ) {
    guard mode == .output, let lastWrite else {
      return context.close(mode: mode, promise: promise)
    }
    // Where the input has ended, that of the output is the end of all, and of
    // what is not written yet.
    lastWrite.assumeIsolated().whenComplete { _ in
      context.close(mode: .output, promise: promise)
    }
  }
}
#endif
