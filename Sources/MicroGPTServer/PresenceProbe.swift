#if Server
import NIOCore

/// Asks whether a client that sends nothing more is still there.
///
/// A client that closes its connection and one that ends but its writing side
/// look the same: the input ends. What tells them apart is that the system of
/// the former resets the connection when something is sent to it. So the first
/// bytes of the answer, which all answers share, are sent ahead of the rest.
final class PresenceProbe: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  /// What every answer begins with.
  private static let beginning = "HTTP/1.1 "

  private var context: ChannelHandlerContext?
  /// Whether the beginning of the next answer has been sent.
  private var isSent = false

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// Sends the beginning of the next answer; only where none is being written.
  func ask() {
    guard !isSent, let context else { return }
    isSent = true
    let bytes = ByteBuffer(string: Self.beginning)
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny,
    promise: EventLoopPromise<Void>?
  ) {
    guard isSent, case .byteBuffer(var bytes) = unwrapOutboundIn(data),
      bytes.readableBytes >= Self.beginning.utf8.count
    else { return context.write(data, promise: promise) }
    isSent = false
    bytes.moveReaderIndex(forwardBy: Self.beginning.utf8.count)
    context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: promise)
  }
}
#endif
