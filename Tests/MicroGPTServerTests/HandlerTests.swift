#if Server
import Foundation
import Hummingbird
import Logging
import MicroGPTSampler
import ServiceLifecycle
import Testing

/// What the article “Shipping a generator” says of Hummingbird's own handlers.
@Suite(.timeLimit(.minutes(5))) struct HandlerTests {
  @Test func workIsCancelledWhereItIsAskedFor() async throws {
    let file = try EndlessModel(blockSize: 1 << 14)
    let model = try LanguageModel(path: file.path)
    let (events, source) = AsyncStream<String>.makeStream()
    let router = Router()
    router.post("text") { request, _ in
      try await request.body.consumeWithCancellationOnInboundClose { _ in
        var text = ""
        for await character in try model.characterStream() {
          if text.isEmpty { source.yield("begun") }
          text.unicodeScalars.append(character.scalar)
        }
        source.yield(Task.isCancelled ? "cancelled" : "done")
        return text
      }
    }
    let group = ServiceGroup(
      services: [
        Application(
          router: router,
          configuration: .init(address: .hostname("127.0.0.1", port: 0)),
          onServerRunning: { channel in
            source.yield("\(channel.localAddress?.port ?? 0)")
          })
      ], logger: Logger(label: "handler"))
    async let run: Void = group.run()
    var iterator = events.makeAsyncIterator()
    let port = try #require(await iterator.next().flatMap { Int($0) })
    do {
      let connection = try Connection(port: port)
      connection.send(Client.head("POST", "/text", 0).utf8)
      #expect(await iterator.next() == "begun")
      withExtendedLifetime(connection) {}
    }
    #expect(await iterator.next() == "cancelled")
    await group.triggerGracefulShutdown()
    try await run
  }
}
#endif
