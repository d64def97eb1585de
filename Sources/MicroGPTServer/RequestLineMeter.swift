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
  /// Whether the line has ended in LF without CR, which the decoder takes for a
  /// wrong version.
  private(set) var endsBare = false
  private var hasEnded = false
  private var lastByte: UInt8?

  /// Begins with the next request.
  func begin() {
    (byteCount, endsBare, hasEnded, lastByte) = (0, false, false, nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !hasEnded {
      let bytes = unwrapInboundIn(data).readableBytesView
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
      byteCount += line.count
      lastByte = line.last ?? lastByte
      hasEnded = line.count < bytes.count
      endsBare = hasEnded && lastByte != UInt8(ascii: "\r")
    }
    context.fireChannelRead(data)
  }
}
#endif
