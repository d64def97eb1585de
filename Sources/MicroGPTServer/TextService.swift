#if Server
import Hummingbird
import HummingbirdCore
import Logging
import MicroGPTFormat
import NIOCore
import NIOPosix
import ServiceLifecycle

/// An HTTP service that generates text: `POST /generate`, `GET /healthz`.
public struct TextService: Sendable {
  /// Why a service cannot listen, as one clause.
  public struct ListeningError: Error, CustomStringConvertible {
    /// The address and what is wrong with it.
    public let description: String
  }

  private let models: ModelCatalog
  private let limits: ServiceLimits
  let generator: GenerationService

  /// Creates a service.
  ///
  /// - Parameters:
  ///   - models: What it offers.
  ///   - limits: What it grants its clients.
  public init(models: ModelCatalog, limits: ServiceLimits = ServiceLimits()) {
    self.models = models
    self.limits = limits
    generator = GenerationService(models: models, limits: limits)
  }

  /// Serves until SIGTERM or SIGINT, or until the task is cancelled.
  ///
  /// After a signal no connection is accepted, idle ones are closed, and what
  /// runs is finished, within ``ServiceLimits/drainDuration``.
  ///
  /// - Parameters:
  ///   - host: The name or the number of the address to listen on.
  ///   - port: The port; 0 for any that is free.
  ///   - onListening: Called once, with the service's URL.
  /// - Throws: ``ListeningError`` if it cannot listen there.
  public func run(
    host: String = "127.0.0.1", port: Int = 8080,
    onListening: @escaping @Sendable (String) -> Void
  ) async throws {
    do {
      try await group(host: host, port: port, onListening: onListening).run()
    } catch let error as IOError {
      let cause = SystemError(
        operation: "listen", path: host, code: error.errnoCode)
      throw ListeningError(
        description: "\(Self.shown(host)):\(port): \(cause)")
    } catch is SocketAddressError.UnknownHost {
      throw ListeningError(description: "there is no host “\(host)”")
    }
  }

  /// The service with what starts and ends it.
  func group(
    host: String, port: Int,
    onListening: @escaping @Sendable (String) -> Void
  ) -> ServiceGroup {
    var logger = Logger(label: "mgpt-serve") {
      StreamLogHandler.standardError(label: $0)
    }
    logger.logLevel = .warning
    let application = Application(
      router: router(),
      server: HTTPServerBuilder { [limits] responder in
        ServiceChannel(responder: responder, limits: limits)
      },
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(
          limits.connectionCount, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        onListening("http://\(Self.shown(host)):\(port)")
      }, logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: logger)
    configuration.maximumGracefulShutdownDuration = limits.drainDuration
    return ServiceGroup(configuration: configuration)
  }

  /// A host as URLs show it: numbers of IPv6 in brackets.
  private static func shown(_ host: String) -> String {
    host.contains(":") ? "[\(host)]" : host
  }

  private func router() -> Router<ServiceContext> {
    let router = Router(
      context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    router.add(
      middleware: Gatekeeper(
        limits: limits,
        heads: HeadCheck(
          limits: limits,
          methods: ["/generate": ["POST"], "/healthz": ["GET", "HEAD"]])))
    let health = HealthAnswer(models: models.names)
    router.get("healthz") { _, _ in health }
    router.post("generate") { [generator, limits] request, _ in
      let body = try await request.body.collect(upTo: limits.bodyByteCount)
      return try await generator.answer(
        GenerateRequest(Array(body.readableBytesView)))
    }
    return router
  }
}
#endif
