#if Server
/// What a service grants its clients.
public struct ServiceLimits: Sendable {
  /// The most bytes of a request's body, 64 KiB.
  ///
  /// Beyond: status 413.
  public var bodyByteCount = 64 << 10

  /// How long a request's body may take to arrive, 10 s.
  ///
  /// Beyond: status 408.
  public var bodyDuration = Duration.seconds(10)

  /// How long a connection may take to send a request's head, 30 s.
  ///
  /// Beyond, it is closed.
  public var idleDuration = Duration.seconds(30)

  /// How long a client may take to read an answer, 30 s.
  ///
  /// Beyond, its connection is closed.
  public var answerDuration = Duration.seconds(30)

  /// The most connections at once, 512.
  ///
  /// Further ones wait to be accepted.
  public var connectionCount = 512

  /// The most generations that run or wait at once, 128.
  ///
  /// As many run as there are processors. Beyond: status 503.
  public var generationCount = 128

  /// How long running requests may take after a signal to end, 10 s.
  public var drainDuration = Duration.seconds(10)

  /// Creates the default limits.
  public init() {}
}
#endif
