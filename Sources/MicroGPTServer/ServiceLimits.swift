#if Server
/// What a service grants its clients.
///
/// Nothing has to be granted to a client that has left: its request ends within
/// a character, and no longer counts, whether it ran or waited.
public struct ServiceLimits: Sendable {
  /// The most bytes of a request's body, 64 KiB.
  ///
  /// Beyond: status 413.
  public var bodyByteCount = 64 << 10

  /// The most bytes of a request's path with its query, 8 KiB.
  ///
  /// Beyond: status 414.
  public var targetByteCount = 8 << 10

  /// The most bytes of a request's headers, 64 KiB.
  ///
  /// Beyond: status 431.
  public var headerByteCount = 64 << 10

  /// The most headers of a request, 1,000.
  ///
  /// Beyond: status 431.
  public var headerCount = 1000

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

  /// The most characters that a request may cost, 65,536: the number of texts
  /// times what goes through the model for each, its prompt and the most that
  /// may follow, which `max_tokens` or the context ends.
  ///
  /// That is a text that fills the longest contexts of such models, 64 that
  /// fill one of 1,024 characters, or all 128 that a request may ask for in one
  /// of 512. It bounds how long a request holds a thread, and its answer to
  /// some 2 MB. Beyond: status 422, with what would do.
  public var characterCount = 1 << 16

  /// How long running requests may take after a signal to end, 10 s.
  public var drainDuration = Duration.seconds(10)

  /// Creates the default limits.
  public init() {}
}
#endif
