#if Server
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection: Hummingbird's own for HTTP/1, with the service's handlers
/// where the version and the errors of HTTP are still to be seen.
struct ServiceChannel: HTTPChannelHandler {
  let responder: Responder
  let limits: ServiceLimits

  func setup(
    channel: any Channel, logger: Logger
  ) -> EventLoopFuture<NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      let (probe, meter) = (PresenceProbe(), RequestLineMeter())
      try pipeline.addHandler(probe)
      try pipeline.addHandler(meter)
      var decoderLimits = NIOHTTPDecoderLimitConfiguration()
      decoderLimits.maxHeaderFieldSize = limits.headerByteCount
      decoderLimits.maxHeaderListSize =
        limits.headerByteCount + limits.targetByteCount
      decoderLimits.maxHeaderFieldCount = limits.headerCount
      // HTTP Types validate what goes out.
      try pipeline.configureHTTPServerPipeline(
        withPipeliningAssistance: false, withErrorHandling: false,
        withOutboundHeaderValidation: false, withEncoderConfiguration: .init(),
        withDecoderLimitConfiguration: decoderLimits)
      try pipeline.addHandler(
        ConnectionHandler(limits: limits, probe: probe, meter: meter))
      try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
      try pipeline.addHandler(
        HTTPConnectionStateHandler(
          idleTimeout: limits.idleDuration, logger: logger))
      return try NIOAsyncChannel(
        wrappingChannelSynchronously: channel,
        configuration: .init(isOutboundHalfClosureEnabled: true))
    }
  }

  /// Serves a connection until it closes.
  ///
  /// With it ends the task of whatever request runs, which Hummingbird would
  /// let go on.
  func handle(
    value: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, logger: Logger
  ) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await handleHTTP(asyncChannel: value, logger: logger) }
      try? await value.channel.closeFuture.get()
      group.cancelAll()
    }
  }
}
#endif
