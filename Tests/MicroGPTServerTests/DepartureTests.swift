#if Server
import Foundation
import MicroGPTSampler
import Testing

@testable import MicroGPTServer

/// What becomes of the work for clients that leave.
@Suite(.timeLimit(.minutes(5))) struct DepartureTests {
  /// How a client goes.
  enum Departure: CaseIterable {
    case closed
    /// With what makes the system send a reset.
    case reset
    /// With a further request, and more than the service reads ahead.
    case pipelining
    /// In both directions, its socket being kept.
    case shutDown
  }

  /// As many texts as no test waits for.
  private static let request =
    Client.head("POST", "/generate", 9, connection: "keep-alive")
    + #"{"n":128}"#

  private var limits: ServiceLimits {
    var limits = ServiceLimits()
    limits.characterCount = .max
    return limits
  }

  /// Waits until something holds; that it ever does is what is tested.
  private func until(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
  }

  private func leave(_ connection: Connection, _ departure: Departure) {
    switch departure {
    case .closed: break
    case .reset: connection.resetOnClosing()
    case .pipelining:
      for _ in 0..<50 { connection.send(Self.request.utf8) }
    case .shutDown: connection.endAll()
    }
  }

  @Test(arguments: Departure.allCases)
  func aRunningTextEnds(departure: Departure) async throws {
    let model = try EndlessModel(blockSize: 1 << 14)
    try await withService(limits, files: [model.path]) { client, service in
      let generator = service.generator
      do {
        let connection = try Connection(port: client.port)
        connection.send(Self.request.utf8)
        try await until { generator.queue.runningCount == 1 }
        leave(connection, departure)
        if departure == .shutDown {
          try await until { generator.tally.presentCount == 0 }
        }
      }
      try await until { generator.tally.presentCount == 0 }
      try await until { generator.queue.runningCount == 0 }
      #expect(generator.queue.waitingCount == 0)
      #expect(generator.tally.abandonedCount == 1)
      #expect(generator.tally.answeredCount == 0)
    }
  }

  @Test func placesInTheQueueAreFreeAtOnce() async throws {
    let model = try EndlessModel(blockSize: 1 << 14)
    try await withService(limits, files: [model.path]) { client, service in
      let generator = service.generator
      let staying = try (0..<60).map { _ in
        let connection = try Connection(port: client.port)
        connection.send(Self.request.utf8)
        return connection
      }
      do {
        let leaving = try (0..<100 - staying.count).map { _ in
          let connection = try Connection(port: client.port)
          connection.send(Self.request.utf8)
          return connection
        }
        try await until { generator.tally.presentCount == 100 }
        withExtendedLifetime(leaving) {}
      }
      try await until { generator.tally.presentCount == staying.count }
      #expect(generator.tally.answeredCount == 0)
      #expect(generator.tally.abandonedCount == 100 - staying.count)
      withExtendedLifetime(staying) {}
    }
  }

  @Test func manyLeaversHinderNobody() async throws {
    let model = try EndlessModel(blockSize: 1 << 14)
    try await withService(
      limits, files: [model.path, namesFile]
    ) { client, service in
      let generator = service.generator
      try await blocking {
        for _ in 0..<130 {
          let connection = try Connection(port: client.port)
          connection.send(Self.request.utf8)
          while generator.tally.presentCount == 0 { usleep(100) }
        }
      }
      try await until { generator.tally.presentCount == 0 }
      #expect(generator.tally.answeredCount == 0)
      let answer = try await client.generate(#"{"model":"names","seed":1}"#)
      #expect(answer.status == 200)
    }
  }

  /// A long prompt is left off in its middle as well.
  @Test func promptsAreReadInParts() throws {
    let file = try EndlessModel()
    let model = try LanguageModel(path: file.path)
    withExtendedLifetime(file) {}
    let prompt = String(repeating: "ab", count: 500)
    let options = GenerationOptions(seed: 1)
    let text = try model.characters(prompt: prompt, options: options)
    var partCount = 0
    while text.advance() { partCount += 1 }
    #expect(partCount > 1000 / 32)
    for _ in text {}
    #expect(
      text.sample == (try model.generate(prompt: prompt, options: options)))
  }

  /// Who ends but the sending side still wants an answer, and gets the same.
  @Test(arguments: ["HTTP/1.1", "HTTP/1.0"])
  func whoSendsNoMoreIsAnswered(version: String) async throws {
    let model = try EndlessModel()
    try await withService(files: [model.path]) { client, _ in
      let body = #"{"n":20,"seed":1}"#
      let answers = try await blocking {
        try [true, false].map { endsEarly in
          let connection = try Connection(port: client.port)
          connection.send(
            ("POST /generate \(version)\r\nConnection: close\r\n"
              + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
          if endsEarly { connection.endSending() }
          return Answer(connection.receiveAll())
        }
      }
      #expect(answers[0].status == 200 && answers[0].body == answers[1].body)
      #expect(answers[0].headers["connection"] == "close")
    }
  }

  @Test func twoRequestsAreAnsweredToWhoSendsNoMore() async throws {
    try await withService { client in
      let bytes = try await blocking {
        let connection = try Connection(port: client.port)
        let body = #"{"n":128,"seed":1}"#
        let request =
          "POST /generate HTTP/1.1\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        connection.send((request + request).utf8)
        connection.endSending()
        return connection.receiveAll()
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let parts = text.components(separatedBy: "HTTP/1.1 200 OK\r\n")
      #expect(parts.count == 3 && parts[0].isEmpty)
      let expected = try expectedBody(
        "", count: 128, options: .init(), seed: 1)
      #expect(parts.dropFirst().allSatisfy { $0.hasSuffix(expected) })
      #expect(parts.last?.lowercased().contains("connection: close") == true)
    }
  }

  @Test func leavingWithinTheBodyDoesNoHarm() async throws {
    try await withService { client, service in
      try await blocking {
        for _ in 0..<50 {
          let connection = try Connection(port: client.port)
          connection.send(Client.head("POST", "/generate", 10).utf8)
          connection.send("{".utf8)
        }
      }
      #expect(try await client.generate(#"{"seed":1}"#).status == 200)
      #expect(service.generator.tally.presentCount == 0)
      #expect(service.generator.tally.answeredCount == 1)
    }
  }

  @Test func nobodyIsWaitedForAtTheEnd() async throws {
    let model = try EndlessModel(blockSize: 1 << 14)
    var limits = limits
    limits.drainDuration = .seconds(600)
    let generator = try await withService(
      limits, files: [model.path]
    ) { client, service in
      let connection = try Connection(port: client.port)
      connection.send(Self.request.utf8)
      try await until { service.generator.queue.runningCount == 1 }
      withExtendedLifetime(connection) {}
      return service.generator
    }
    #expect(generator.tally.answeredCount == 0)
    #expect(generator.tally.abandonedCount == 1)
  }
}
#endif
