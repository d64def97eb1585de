#if Server
import Foundation
import MicroGPTServer
import Testing

/// HTTP/1.1 in raw bytes.
@Suite struct FramingTests {
  private static let body = #"{"seed":1}"#
  private static let text = Result {
    try expectedBody("", count: 1, options: .init(), seed: 1)
  }
  private static let health = #"{"models":["names"],"status":"ok"}"#

  /// What comes for bytes, until the service closes the connection.
  private func reply(to text: String) async throws -> String {
    try await withService { client in
      try await blocking {
        let connection = try Connection(port: client.port)
        connection.send(text.utf8)
        return String(decoding: connection.receiveAll(), as: UTF8.self)
      }
    }
  }

  private func answer(to text: String) async throws -> Answer {
    Answer(Array(try await reply(to: text).utf8))
  }

  /// A request with a body, and the connection's last.
  private func post(
    _ path: String = "/generate", _ headers: String...
  ) -> String {
    Client.head("POST", path, Self.body.utf8.count, headers: headers)
      + Self.body
  }

  // MARK: - Expectations

  @Test func permissionComesAtOnce() async throws {
    let expected = try Self.text.get()
    try await withService { client in
      let (permission, answer) = try await blocking {
        let connection = try Connection(port: client.port)
        let head = Client.head(
          "POST", "/generate", Self.body.utf8.count,
          headers: ["expect: 100-Continue"])
        connection.send(head.utf8)
        let permission = connection.receive()
        connection.send(Self.body.utf8)
        return (permission, Answer(connection.receiveAll()))
      }
      #expect(
        String(decoding: permission, as: UTF8.self)
          == "HTTP/1.1 100 Continue\r\n\r\n")
      #expect(answer.status == 200 && answer.body == expected)
    }
  }

  /// None of these has sent its body when it is answered.
  @Test(arguments: [
    ("/generate", "Content-Length: 65537", 413),
    ("/generate", "Content-Length: 65537\r\nExpect: 100-continue", 413),
    ("/generate", "Content-Length: 18446744073709551615", 413),
    ("/nope", "Content-Length: 99\r\nExpect: 100-continue", 404),
    ("/healthz", "Content-Length: 99\r\nExpect: 100-continue", 405),
    ("/generate", "Content-Length: 99\r\nExpect: a-pony", 417),
    ("/generate", "Content-Length: 9\r\nExpect: 100-continue, a-pony", 417),
    (
      "/generate",
      "Content-Length: 9\r\nExpect: 100-continue\r\nContent-Encoding: br", 415
    ),
    ("/generate", "Transfer-Encoding: gzip, chunked", 501),
  ])
  func refusalsDoNotWaitForTheBody(
    path: String, headers: String, status: Int
  ) async throws {
    let answer = try await answer(
      to: "POST \(path) HTTP/1.1\r\n\(headers)\r\n\r\n")
    #expect(answer.status == status)
    #expect(answer.headers["connection"] == "close")
    #expect(answer.body.hasPrefix(#"{"error":{"message":""#))
  }

  @Test func nothingIsPermittedWithoutABody() async throws {
    let answer = try await answer(
      to: "GET /healthz HTTP/1.1\r\nExpect: 100-continue\r\n"
        + "Connection: close\r\n\r\n")
    #expect(answer.status == 200 && answer.body == Self.health)
  }

  // MARK: - How long a connection lasts

  @Test(arguments: [
    "GET /healthz HTTP/1.0\r\n\r\n",
    "GET /healthz HTTP/1.0\r\nExpect: a-pony\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nConnection: TE, Close\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "GET http://elsewhere/healthz HTTP/1.0\r\n\r\n",
    // What comes after the last request is not looked at.
    "GET /healthz HTTP/1.0\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n\0\u{1}\r\n\r\n",
  ])
  func lastAnswersCloseTheConnection(request: String) async throws {
    let answer = try await answer(to: request)
    #expect(answer.status == 200 && answer.body == Self.health)
    #expect(answer.headers["connection"] == "close")
  }

  @Test func connectionsOfHTTP10MayGoOn() async throws {
    let request = "GET /healthz HTTP/1.0\r\n"
    let reply = try await reply(
      to: request + "Connection: Keep-Alive\r\n\r\n" + request + "\r\n")
    let parts = reply.lowercased().components(separatedBy: "http/1.1 200 ok")
    #expect(parts.count == 3)
    #expect(parts[1].contains("\r\nconnection: keep-alive\r\n"))
    #expect(parts[2].contains("\r\nconnection: close\r\n"))
  }

  @Test func pipelinedRequestsAreAnsweredInTurn() async throws {
    let next = "GET /nope HTTP/1.1\r\n\r\n"
    let reply = try await reply(
      to: "POST /generate HTTP/1.1\r\nContent-Length: 10\r\n\r\n\(Self.body)"
        + String(repeating: next, count: 20) + "\u{1}\r\n\r\n")
    let parts = reply.components(separatedBy: "HTTP/1.1 ").dropFirst()
    #expect(
      parts.map { $0.prefix(3) }
        == ["200"] + Array(repeating: "404", count: 20) + ["400"])
  }

  // MARK: - What is too large, or not HTTP

  @Test(arguments: [
    ("GET /", "a", 8192, " HTTP/1.1\r\n\r\n", 414),
    ("GET /", "a", 200_000, " HTTP/1.1\r\n\r\n", 414),
    ("GET /", "a", 1_000_000, "", 414),
    ("GET /healthz HTTP/1.1\r\nX: ", "a", 65537, "\r\n", 431),
    ("GET /healthz HTTP/1.1\r\n", "a", 200_000, "", 431),
    ("GET /healthz HTTP/1.1\r\n", "X: y\r\n", 1001, "", 431),
    (
      "GET /healthz HTTP/1.1\r\n",
      "X: \(String(repeating: "a", count: 5000))\r\n", 20, "", 431
    ),
    ("GET / HTTP/2.0\r\n\r\n", "", 0, "", 505),
    ("GET / HTTP/1.2\r\n\r\n", "", 0, "", 505),
  ])
  func headsHaveLimits(
    start: String, repeated: String, count: Int, end: String, status: Int
  ) async throws {
    let text = start + String(repeating: repeated, count: count) + end
    let (first, last) = try await withService { client in
      try await blocking {
        let connection = try Connection(port: client.port)
        connection.send(text.utf8)
        connection.endSending()
        let first = Answer(connection.receiveAll())
        let next = try Connection(port: client.port)
        next.send(Client.head("GET", "/healthz", nil).utf8)
        return (first, Answer(next.receiveAll()))
      }
    }
    #expect(first.status == status && last.status == 200)
    #expect(first.headers["content-length"] == "\(first.body.utf8.count)")
    let message =
      [
        414: "the path has more than 8192 bytes",
        431: "the headers have more than 65536 bytes, or there are more than"
          + " 1000",
        505: "this service speaks HTTP/1.1 and HTTP/1.0",
      ][status] ?? ""
    #expect(first.body == errorBody(message))
  }

  /// Ways to have two programs see two requests in the same bytes, and others
  /// that the standard forbids.
  @Test(arguments: [
    "Transfer-Encoding: chunked\r\nContent-Length: 10\r\n\r\n0\r\n\r\n",
    "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Content-Length: 10\r\nContent-Length: 11\r\n\r\n{\"seed\":1}",
    "Content-Length: 10, 10\r\n\r\n{\"seed\":1}",
    "Content-Length: +10\r\n\r\n{\"seed\":1}",
    "Content-Length: 99999999999999999999\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\nz\r\n{\"seed\":1}\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{",
    "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"seed\":1}\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\na\n{\"seed\":1}\n0\n\n",
    "X: a\r\n b\r\nContent-Length: 10\r\n\r\n{\"seed\":1}",
    "Content-Length : 10\r\n\r\n{\"seed\":1}",
    "X: a\rb\r\nContent-Length: 10\r\n\r\n{\"seed\":1}",
    "Content-Length: 10\n\n{\"seed\":1}", "no colon\r\n\r\n",
  ])
  func doubtfulRequestsAreNotHTTP(rest: String) async throws {
    let answer = try await answer(to: "POST /generate HTTP/1.1\r\n" + rest)
    #expect(answer.status == 400)
    #expect(answer.body == errorBody("this is not HTTP"))
    #expect(answer.headers["connection"] == "close")
  }

  @Test(arguments: [
    "GET /healthz HTTP/1.1\nHost: x\n\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "get /healthz HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}",
  ])
  func otherProtocolsAreNotHTTP(text: String) async throws {
    let answer = try await answer(to: text)
    #expect(answer.status == 400)
    #expect(answer.body == errorBody("this is not HTTP"))
  }

  @Test func oneHostIsAskedFor() async throws {
    let answer = try await answer(to: post("/generate", "Host: other"))
    #expect(answer.status == 400)
    #expect(answer.body == errorBody("there is more than one header Host"))
  }

  // MARK: - What the body is said to be

  @Test(arguments: [
    "Content-Encoding: identity", "Content-Encoding: Identity, IDENTITY",
    "Content-Type: application/json", "Content-Type:",
    "Content-Type: Application/JSON; Charset=\"UTF-8\"",
    "Content-Type: application/x-www-form-urlencoded",
    "Content-Type: application/problem+json", "Content-Type: text/plain",
  ])
  func bodiesOfTheseKindsAreTaken(header: String) async throws {
    let answer = try await answer(to: post("/generate", header))
    #expect(answer.status == 200)
    #expect(answer.body == (try Self.text.get()))
  }

  @Test(arguments: ["gzip", "deflate", "BR", "identity, gzip", "gzip, gzip"])
  func encodedBodiesAreRefused(coding: String) async throws {
    let answer = try await answer(
      to: post("/generate", "Content-Encoding: \(coding)"))
    let name = coding.split(separator: " ").last?.lowercased() ?? ""
    #expect(answer.status == 415)
    #expect(answer.headers["accept-encoding"] == "identity")
    #expect(
      answer.body
        == errorBody("the body is encoded as “\(name)”, expected no encoding"))
  }

  @Test(arguments: [
    "multipart/form-data; boundary=x", "image/png", "text/html",
    "application/json; charset=utf-16", "application/xml",
  ])
  func otherContentIsRefused(type: String) async throws {
    let answer = try await answer(
      to: post("/generate", "Content-Type: \(type)"))
    #expect(answer.status == 415)
    #expect(answer.headers["accept"] == "application/json")
    #expect(
      answer.body
        == errorBody(
          "the body is said to be “\(type)”, expected JSON in UTF-8"))
  }

  // MARK: - Paths and methods

  @Test(arguments: [
    "/generate/", "//generate", "/generate//", "/./generate", "/%67enerate",
    "/Generate", "/healthz/", "//healthz", "/healthz/x", "/", "*", "",
  ])
  func pathsAreExact(path: String) async throws {
    for method in ["GET", "POST", "HEAD", "OPTIONS", "DELETE"] {
      guard (method, path) != ("OPTIONS", "*") else { continue }
      let answer = try await answer(to: Client.head(method, path, nil))
      if path.isEmpty {
        #expect(answer.status == 400)
      } else {
        #expect(answer.status == 404, "\(method)")
        #expect(
          answer.body
            == (method == "HEAD"
              ? ""
              : errorBody(
                "there is no such path, only /generate, /healthz",
                type: "not_found")))
      }
    }
  }

  @Test(arguments: [
    ("/generate", "POST, OPTIONS"), ("/healthz", "GET, HEAD, OPTIONS"),
    ("*", "GET, HEAD, POST, OPTIONS"), ("/generate?x=1", "POST, OPTIONS"),
  ])
  func optionsAreListed(path: String, allowed: String) async throws {
    let answer = try await answer(to: Client.head("OPTIONS", path, nil))
    #expect(answer.status == 204 && answer.body.isEmpty)
    #expect(answer.headers["allow"] == allowed)
    #expect(answer.headers["content-length"] == nil)
  }

  @Test(arguments: ["/generate", "/healthz", "*", "/nope"])
  func pagesOfOtherOriginsAreRefused(path: String) async throws {
    let answer = try await answer(
      to: Client.head(
        "OPTIONS", path, nil,
        headers: [
          "Origin: http://localhost:3000",
          "Access-Control-Request-Method: POST",
          "Access-Control-Request-Headers: content-type",
        ]))
    #expect(answer.status == 403)
    #expect(
      answer.body
        == errorBody(
          "this service answers no pages of other origins: it has no CORS"))
    #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control") })
  }

  @Test(arguments: [
    ("TRACE", "/healthz", "this path takes GET, HEAD"),
    ("PROPFIND", "/generate", "this path takes POST"),
    ("CONNECT", "localhost:80", "this service is no proxy"),
  ])
  func otherMethodsAreRefused(
    method: String, path: String, message: String
  ) async throws {
    let answer = try await answer(to: Client.head(method, path, nil))
    #expect(answer.status == 405 && answer.headers["allow"] != nil)
    #expect(answer.body == errorBody(message))
  }
}
#endif
