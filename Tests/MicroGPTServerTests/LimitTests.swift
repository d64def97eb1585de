#if Server
import Foundation
import MicroGPTServer
import Testing

@Suite struct LimitTests {
  /// A body of so many bytes that is good but for its length.
  private func body(byteCount: Int) -> [UInt8] {
    let text = Array(#"{"seed":1}"#.utf8)
    return text
      + [UInt8](repeating: UInt8(ascii: " "), count: byteCount - text.count)
  }

  @Test func bodiesHaveALimit() async throws {
    try await withService { client in
      let fits = try await client.request(
        "POST", "/generate", body(byteCount: 65536))
      #expect(fits.status == 200)
      let refusal = errorBody("the body has more than 65536 bytes")
      for (method, path) in [
        ("POST", "/generate"), ("POST", "/nope"), ("GET", "/healthz"),
      ] {
        let answer = try await client.request(
          method, path, body(byteCount: 65537))
        #expect(answer.status == 413 && answer.body == refusal)
        #expect(answer.headers["connection"] == "close")
      }
    }
  }

  @Test func endlessBodiesAreCut() async throws {
    try await withService { client in
      let answer = try await blocking {
        let connection = try Connection(port: client.port)
        connection.send(
          "POST /nope HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
        while connection.send(chunk.utf8) == 0 {}
        return Answer(connection.receiveAll())
      }
      #expect(answer.status == 413 || answer.status == 0)
    }
  }

  @Test func slowBodiesAreCut() async throws {
    var limits = ServiceLimits()
    limits.bodyDuration = .milliseconds(100)
    try await withService(limits) { client in
      let answer = try await blocking {
        let connection = try Connection(port: client.port)
        connection.send("POST /generate HTTP/1.1\r\n".utf8)
        connection.send("Content-Length: 10\r\n\r\n{".utf8)
        return Answer(connection.receiveAll())
      }
      #expect(answer.status == 408)
      #expect(
        answer.body == errorBody("the body took longer than 0.1 seconds"))
    }
  }

  @Test func slowHeadsAreCut() async throws {
    var limits = ServiceLimits()
    limits.idleDuration = .milliseconds(100)
    try await withService(limits) { client in
      let bytes = try await blocking {
        let connection = try Connection(port: client.port)
        connection.send("POST /gen".utf8)
        return connection.receiveAll()
      }
      #expect(bytes.isEmpty)
    }
  }

  @Test func clientsThatDoNotReadAreCut() async throws {
    var limits = ServiceLimits()
    limits.answerDuration = .milliseconds(200)
    limits.idleDuration = .seconds(600)
    try await withService(limits) { client in
      let error = try await blocking {
        let connection = try Connection(port: client.port)
        // Refused with an answer that names the field twice.
        let body = "{\"\(String(repeating: "x", count: 60_000))\":0}"
        let request =
          "POST /generate HTTP/1.1\r\nContent-Length: \(body.utf8.count)"
          + "\r\n\r\n" + body
        // Sending waits while answers wait, and fails when they are given up.
        while true {
          let error = connection.send(request.utf8)
          if error != 0 { return error }
        }
      }
      #expect(error == ECONNRESET || error == EPIPE)
      #expect(try await client.request("GET", "/healthz").status == 200)
    }
  }

  @Test func tooManyGenerationsAreTurnedAway() async throws {
    var limits = ServiceLimits()
    limits.generationCount = 1
    try await withService(limits) { client in
      for _ in 0..<3 {
        let answer = try await client.generate("{}")
        #expect(answer.status == 200)
        let refusal = try await client.generate(#"{"prompt":"?"}"#)
        #expect(refusal.status == 422)
      }
    }
    limits.generationCount = 0
    try await withService(limits) { client in
      let answer = try await client.generate("{}")
      #expect(answer.status == 503 && answer.headers["retry-after"] == "1")
      #expect(
        answer.body
          == errorBody("too many requests wait already", type: "unavailable"))
      #expect(try await client.request("GET", "/healthz").status == 200)
    }
  }

  @Test func connectionsHaveALimit() async throws {
    var limits = ServiceLimits()
    limits.connectionCount = 1
    limits.idleDuration = .seconds(1)
    try await withService(limits) { client in
      let waiting = try await blocking {
        // Holds the only place until it is idle for too long.
        let first = try Connection(port: client.port)
        first.send("GET".utf8)
        let second = try Connection(port: client.port)
        second.send(Client.head("GET", "/healthz", nil).utf8)
        let isCut = first.receiveAll().isEmpty
        return isCut ? Answer(second.receiveAll()) : Answer([])
      }
      #expect(waiting.status == 200)
    }
  }
}
#endif
