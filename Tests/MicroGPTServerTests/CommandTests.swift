import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct CommandTests {
  @Test func helpIsThere() async throws {
    let program = try RunningProgram(["--help"])
    #expect(try await program.exitCode() == 0)
    #expect(try program.output.contains("USAGE: mgpt-serve <files> ..."))
    #expect(try program.diagnostics.isEmpty)
  }

  @Test(arguments: [[], ["a.mgpt", "--port", "65536"], ["a.mgpt", "--wrong"]])
  func wrongUsageIsRefused(arguments: [String]) async throws {
    let program = try RunningProgram(arguments)
    #expect(try await program.exitCode() == 64)
    #expect(try program.output.isEmpty && !program.diagnostics.isEmpty)
  }

  #if !Server
  @Test func withoutTheTraitItSaysWhatToType() async throws {
    let program = try RunningProgram(["a.mgpt", "b.mgpt"])
    #expect(try await program.exitCode() == 69)
    #expect(try program.output.isEmpty)
    #expect(
      try program.diagnostics
        == "mgpt-serve: error: this build has no server; type “swift run -c"
        + " release --traits Server mgpt-serve a.mgpt b.mgpt” for one that"
        + " has\n")
  }
  #else
  /// Puts the fixture into a folder.
  private func addNames(_ folder: URL) throws {
    try FileManager.default.copyItem(
      atPath: namesFile, toPath: folder.appending(path: "names.mgpt").path)
  }

  /// A program that serves names.mgpt of its folder on a free port.
  private func serving(_ arguments: [String] = []) throws -> RunningProgram {
    try RunningProgram(
      ["names.mgpt", "--port", "0"] + arguments, filling: addNames)
  }

  @Test func itServesUntilTheSignal() async throws {
    for signal in [SIGTERM, SIGINT] {
      let program = try serving()
      let client = try await program.client()
      #expect(
        try program.diagnostics
          == "serving names on http://127.0.0.1:\(client.port)\n")
      #expect(try await client.request("GET", "/healthz").status == 200)
      let answer = try await client.generate(#"{"prompt":"Ma","seed":1}"#)
      #expect(
        answer.body
          == (try expectedBody(
            "Ma", count: 1, options: .init(), seed: 1)))
      program.send(signal)
      #expect(try await program.exitCode() == 0)
      // Nothing was said beside the first line.
      #expect(try program.output.isEmpty)
      #expect(try program.diagnostics.split(separator: "\n").count == 1)
    }
  }

  @Test func theRequestAtHandIsAnswered() async throws {
    let program = try serving()
    let client = try await program.client()
    let connection = try Connection(port: client.port)
    // The answer to the first shows that the second's head has been read.
    let body = #"{"seed":1}"#
    connection.send(
      ("GET /healthz HTTP/1.1\r\n\r\n"
        + Client.head("POST", "/generate", body.utf8.count)).utf8)
    var first: [UInt8] = []
    while first.last != UInt8(ascii: "}") {
      let piece = connection.receive()
      try #require(!piece.isEmpty)
      first += piece
    }
    program.send(SIGTERM)
    while (try? Connection(port: client.port)) != nil {
      try await Task.sleep(for: .milliseconds(10))
    }
    connection.send(body.utf8)
    let answer = Answer(connection.receiveAll())
    #expect(answer.status == 200)
    #expect(
      answer.body
        == (try expectedBody("", count: 1, options: .init(), seed: 1)))
    #expect(try await program.exitCode() == 0)
  }

  @Test func filesMayChangeUnderIt() async throws {
    let program = try serving()
    let client = try await program.client()
    let file = try FileHandle(
      forWritingTo: program.folder.url.appending(path: "names.mgpt"))
    try file.truncate(atOffset: 0)
    let answer = try await client.generate(#"{"seed":1}"#)
    #expect(
      answer.body
        == (try expectedBody("", count: 1, options: .init(), seed: 1)))
  }

  @Test func modelsAreNamedByTheirFiles() async throws {
    let program = try RunningProgram(
      ["a/names.mgpt", "b/more.names.mgpt", "c/.hidden", "--port", "0"]
    ) { folder in
      for name in ["a/names.mgpt", "b/more.names.mgpt", "c/.hidden"] {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(),
          withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: namesFile, toPath: file.path)
      }
    }
    let client = try await program.client()
    #expect(
      try program.diagnostics.hasPrefix(
        "serving names, more.names, .hidden on "))
    let health = try await client.request("GET", "/healthz")
    #expect(
      health.body
        == #"{"models":["names","more.names",".hidden"],"status":"ok"}"#)
    let first = try await client.generate(#"{"seed":1}"#)
    #expect(first.body.hasPrefix(#"{"model":"names","#))
    let second = try await client.generate(#"{"model":"more.names"}"#)
    #expect(second.body.hasPrefix(#"{"model":"more.names","#))
    let none = try await client.generate(#"{"model":"a/names.mgpt"}"#)
    #expect(none.status == 404)
    #expect(
      none.body
        == errorBody(
          "there is no such model, only names, more.names, .hidden",
          parameter: "model", type: "not_found"))
  }

  @Test func anUnknownInstructionSetIsRefused() async throws {
    let program = try RunningProgram(
      ["none.mgpt"], environment: ["MICROGPT_KERNELS": "sse9"])
    #expect(try await program.exitCode() == 64)
    #expect(try program.output.isEmpty)
    #expect(
      try program.diagnostics.hasPrefix(
        "mgpt-serve: error: MICROGPT_KERNELS is “sse9”, expected one that this"
          + " machine has: "))
    #expect(try program.diagnostics.split(separator: "\n").count == 1)
  }

  @Test func aPortInUseIsRefused() async throws {
    let first = try serving()
    let port = try await first.client().port
    let second = try serving(["--port", "\(port)"])
    #expect(try await second.exitCode() == 69)
    #expect(
      try second.diagnostics
        == "mgpt-serve: error: 127.0.0.1:\(port): cannot listen: Address"
        + " already in use\n")
  }

  @Test func anUnknownHostIsRefused() async throws {
    let program = try serving(["--host", "nosuch.invalid"])
    #expect(try await program.exitCode() == 69)
    #expect(
      try program.diagnostics
        == "mgpt-serve: error: there is no host “nosuch.invalid”\n")
  }

  @Test func wrongFilesAreRefused() async throws {
    let missing = try RunningProgram(["none.mgpt"])
    #expect(try await missing.exitCode() == 66)
    #expect(
      try missing.diagnostics
        == "mgpt-serve: error: none.mgpt: cannot open: No such file or"
        + " directory\n")
    let other = try RunningProgram([#filePath])
    #expect(try await other.exitCode() == 65)
    #expect(try other.diagnostics.contains("this is not a checkpoint"))
    let twice = try RunningProgram(["x/names.mgpt", "names.bin"])
    #expect(try await twice.exitCode() == 64)
    #expect(
      try twice.diagnostics
        == "mgpt-serve: error: x/names.mgpt and names.bin would both be served"
        + " as “names”; rename one of them\n")
  }
  #endif
}
