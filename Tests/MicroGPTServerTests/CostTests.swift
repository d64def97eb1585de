#if Server
import Testing

@testable import MicroGPTServer

/// What a request may cost in all.
@Suite struct CostTests {
  /// Checks that a request is refused with a message, or not at all.
  private func check(
    _ body: String, _ limits: ServiceLimits = ServiceLimits(),
    is message: String?
  ) async throws {
    let model = try EndlessModel()
    try await withService(limits, files: [model.path]) { client, service in
      let answer = try await client.generate(body)
      guard let message else {
        #expect(answer.status == 200)
        return
      }
      #expect(answer.status == 422)
      #expect(answer.body == errorBody(message, parameter: "n"))
      #expect(service.generator.tally == .init())
    }
  }

  @Test func manyLongTextsAreRefused() async throws {
    try await check(
      #"{"n":128}"#,
      is: "n × max_tokens is 128 × 1024 = 131072 characters, expected at most"
        + " 65536: n 64 or max_tokens 512 would do")
    try await check(
      #"{"n":65}"#,
      is: "n × max_tokens is 65 × 1024 = 66560 characters, expected at most"
        + " 65536: n 64 or max_tokens 1008 would do")
    try await check(
      #"{"n":128,"max_tokens":513}"#,
      is: "n × max_tokens is 128 × 513 = 65664 characters, expected at most"
        + " 65536: n 127 or max_tokens 512 would do")
  }

  @Test func whatIsAdvisedPasses() async throws {
    try await check(#"{"n":128,"max_tokens":8}"#, is: nil)
    var limits = ServiceLimits()
    limits.characterCount = 100
    for body in [
      #"{"n":10,"max_tokens":10}"#, #"{"n":1,"max_tokens":100}"#,
      #"{"n":3,"max_tokens":33}"#, #"{"n":5,"prompt":"abab","max_tokens":16}"#,
    ] {
      try await check(body, limits, is: nil)
    }
  }

  /// A prompt is read for each text, however short what follows it.
  @Test func promptsCount() async throws {
    var limits = ServiceLimits()
    limits.characterCount = 100
    let prompt = String(repeating: "a", count: 20)
    try await check(
      #"{"n":5,"prompt":"\#(prompt)","max_tokens":1}"#, limits,
      is:
        "n × (prompt of 20 characters + max_tokens) is 5 × 21 = 105 characters,"
        + " expected at most 100: n 4 would do")
    try await check(
      #"{"n":4,"prompt":"\#(prompt)","max_tokens":9}"#, limits,
      is:
        "n × (prompt of 20 characters + max_tokens) is 4 × 29 = 116 characters,"
        + " expected at most 100: n 3 or max_tokens 5 would do")
    // One that the context does not hold is said to be that.
    let long = String(repeating: "a", count: 1024)
    let model = try EndlessModel()
    try await withService(limits, files: [model.path]) { client, _ in
      let answer = try await client.generate(#"{"prompt":"\#(long)"}"#)
      #expect(answer.status == 422)
      #expect(answer.body.contains("the prompt has 1024 characters"))
    }
  }

  @Test func oneTextHasALimitToo() async throws {
    var limits = ServiceLimits()
    limits.characterCount = 1000
    try await check(
      "{}", limits,
      is: "n × max_tokens is 1 × 1024 = 1024 characters, expected at most 1000:"
        + " max_tokens 1000 would do")
    limits.characterCount = 1024
    try await check("{}", limits, is: nil)
    try await check(#"{"max_tokens":9223372036854775807}"#, limits, is: nil)
  }

  @Test func allNamesPass() async throws {
    try await withService { client in
      let answer = try await client.generate(#"{"n":128}"#)
      #expect(answer.status == 200)
    }
  }
}
#endif
