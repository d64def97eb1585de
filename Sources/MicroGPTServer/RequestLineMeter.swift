#if Server
import NIOCore

/// Measures the first line of a request as it comes, since NIO's decoder has
/// one error for a target and for headers that are too long.
///
/// A request that begins in the middle of what is read at once, after another,
/// is measured from the next reading on.
final class RequestLineMeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// The bytes of the line so far.
  private(set) var byteCount = 0
  private var hasEnded = false

  /// Begins with the next request.
  func begin() { (byteCount, hasEnded) = (0, false) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !hasEnded {
      let bytes = unwrapInboundIn(data).readableBytesView
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
      byteCount += (end ?? bytes.endIndex) - bytes.startIndex
      hasEnded = end != nil
    }
    context.fireChannelRead(data)
  }
}
#endif
