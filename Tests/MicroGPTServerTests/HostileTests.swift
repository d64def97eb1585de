#if Server
import Foundation
import MicroGPTServer
import MicroGPTRandom
import Testing

/// Whatever comes, the answer is JSON with a status that says so.
@Suite struct HostileTests {
  /// Sends a body and checks the answer's form.
  private func check(
    _ body: [UInt8], _ client: Client, _ comment: Comment
  ) async throws {
    let answer = try await client.request("POST", "/generate", body)
    #expect([200, 400, 404, 422].contains(answer.status), comment)
    let json = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
    let object = try #require(json as? [String: Any])
    if answer.status == 200 {
      #expect(object["samples"] != nil, comment)
    } else {
      let error = try #require(object["error"] as? [String: Any])
      #expect((error["message"] as? String)?.isEmpty == false, comment)
      #expect(error["type"] is String && error["param"] != nil, comment)
    }
  }

  @Test func randomBytesAreAnswered() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    try await withService { client in
      for round in 0..<100 {
        let length = Int.random(in: 0...200, using: &generator)
        let body = (0..<length).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        try await check(body, client, "seed \(seed), round \(round)")
      }
    }
  }

  @Test func damagedRequestsAreAnswered() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SamplerRandom(seed: seed, stream: 0)
    let sound = Array(
      #"{"prompt":"\u004da","n":2,"temperature":1e0,"seed":1,"max_tokens":3}"#
        .utf8)
    let bytes = Array(#"{}[]",:\u0dD8-+.eE19nt "#.utf8) + [0, 0x80, 0xff]
    try await withService { client in
      for round in 0..<200 {
        var body = sound
        for _ in 0...Int.random(in: 0...3, using: &generator) {
          let place = Int.random(in: 0..<body.count, using: &generator)
          let byte = bytes.randomElement(using: &generator) ?? 0
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: body[place] = byte
          case 1: body.insert(byte, at: place)
          default: body.remove(at: place)
          }
        }
        try await check(body, client, "seed \(seed), round \(round)")
      }
    }
  }

  @Test func monstersAreAnswered() async throws {
    let many = 65000
    let bodies = [
      String(repeating: "[", count: many),
      String(repeating: #"{"a":"#, count: many / 5),
      #"{"n":"# + String(repeating: "9", count: many) + "}",
      #"{"temperature":0."# + String(repeating: "0", count: many) + "1}",
      #"{"temperature":1e"# + String(repeating: "9", count: many) + "}",
      #"{"seed":-"# + String(repeating: "0", count: many) + "}",
      #"{"prompt":""# + String(repeating: "a", count: many) + #""}"#,
      #"{"prompt":""# + String(repeating: #"\u0000"#, count: many / 6) + #""}"#,
      #"{""# + String(repeating: "\u{301}", count: many / 2) + #"":1}"#,
      "{" + (0..<6000).map { #""k\#($0)":0"# }.joined(separator: ",") + "}",
    ]
    try await withService { client in
      for (index, body) in bodies.enumerated() {
        try await check(Array(body.utf8), client, "body \(index)")
      }
    }
  }

  @Test(arguments: [
    "\0\u{1} junk\r\n\r\n", "GET\r\n\r\n", "\r\n\r\nX Y Z\r\n\r\n",
  ])
  func whatIsNotHTTPIsAnswered(text: String) async throws {
    try await withService { client in
      let answer = try await blocking {
        let connection = try Connection(port: client.port)
        connection.send(text.utf8)
        connection.endSending()
        return Answer(connection.receiveAll())
      }
      #expect(answer.status == 400)
      #expect(answer.body == errorBody("this is not HTTP"))
    }
  }

  @Test func bodiesThatEndEarlyAreAnswered() async throws {
    try await withService { client in
      let answer = try await blocking {
        let connection = try Connection(port: client.port)
        connection.send(Client.head("POST", "/generate", 10).utf8)
        connection.send("{".utf8)
        connection.endSending()
        return Answer(connection.receiveAll())
      }
      #expect(answer.status == 400)
      #expect(answer.body == errorBody("the body ends early"))
    }
  }

  @Test func clientsThatLeaveDoNoHarm() async throws {
    try await withService { client in
      try await blocking {
        for _ in 0..<50 {
          let connection = try Connection(port: client.port)
          connection.send(Client.head("POST", "/generate", 9).utf8)
          connection.send(#"{"n":128}"#.utf8)
        }
      }
      #expect(try await client.generate(#"{"seed":1}"#).status == 200)
    }
  }
}
#endif
