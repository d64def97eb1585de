#if Server
import Foundation
import MicroGPTSampler
import MicroGPTServer
import Testing

@Suite struct ServiceTests {
  // MARK: - What is answered

  @Test func healthNamesTheModels() async throws {
    try await withService { client in
      let answer = try await client.request("GET", "/healthz")
      #expect(answer.status == 200)
      #expect(answer.body == #"{"models":["names"],"status":"ok"}"#)
      #expect(
        answer.headers["content-type"] == "application/json; charset=utf-8")
      let head = try await client.request("HEAD", "/healthz")
      #expect(head.status == 200 && head.body.isEmpty)
      #expect(head.headers["content-length"] == "\(answer.body.utf8.count)")
    }
  }

  @Test(
    arguments: [
      (#"{"prompt":"Ma","n":5,"seed":1}"#, "Ma", 5, 0.5, nil, 1),
      (#"{"seed":18446744073709551615}"#, "", 1, 0.5, nil, UInt64.max),
      (
        #"{"seed":9007199254740993,"temperature":100,"n":128}"#, "", 128, 100,
        nil, 9_007_199_254_740_993
      ),
      (
        #" {"temperature":0,"max_tokens":1,"seed":0,"model":"names"} "#, "", 1,
        0,
        1, 0
      ),
      (
        #"{"max_tokens":9223372036854775807,"seed":7}"#, "", 1, 0.5, Int.max, 7
      ),
      (
        #"{"prompt":null,"n":null,"temperature":null,"max_tokens":null,"#
          + #""model":null,"seed":3}"#, "", 1, 0.5, nil, 3
      ),
      (
        #"{"prompt":"abcdefghijklmno","seed":2}"#, "abcdefghijklmno", 1, 0.5,
        nil, 2
      ),
    ] as [(String, String, Int, Float, Int?, UInt64)])
  func textsAreTheLibrarys(
    body: String, prompt: String, count: Int, temperature: Float, length: Int?,
    seed: UInt64
  ) async throws {
    let expected = try expectedBody(
      prompt, count: count,
      options: GenerationOptions(
        temperature: temperature, maximumLength: length), seed: seed)
    try await withService { client in
      let answer = try await client.generate(body)
      #expect(answer.status == 200)
      #expect(answer.body == expected)
    }
  }

  @Test func drawnSeedsAreToldAndDiffer() async throws {
    try await withService { client in
      var seeds: Set<UInt64> = []
      for _ in 0..<3 {
        let answer = try await client.generate(#"{"n":2}"#)
        let end = try #require(answer.body.split(separator: ":").last)
        let seed = try #require(UInt64(end.dropLast()))
        seeds.insert(seed)
        #expect(
          answer.body
            == (try expectedBody(
              "", count: 2, options: GenerationOptions(), seed: seed)))
      }
      #expect(seeds.count == 3)
    }
  }

  @Test func sameSeedSameTextUnderLoad() async throws {
    try await withService { client in
      try await withThrowingTaskGroup(of: (UInt64, Answer).self) { group in
        for index in 0..<50 as Range<UInt64> {
          let seed = index % 5
          group.addTask {
            (seed, try await client.generate(#"{"n":9,"seed":\#(seed)}"#))
          }
        }
        for try await (seed, answer) in group {
          #expect(answer.status == 200)
          #expect(
            answer.body
              == (try expectedBody(
                "", count: 9, options: GenerationOptions(), seed: seed)))
        }
      }
    }
  }

  // MARK: - What is refused

  @Test(
    arguments: [
      (
        "", 400,
        "the body is not JSON: found the end of the text, expected a value"
          + " (line 1, column 1)", nil
      ),
      (
        "{\n  \"n\": 1,\n}", 400,
        "the body is not JSON: found “}”, expected a key (line 3, column 1)",
        nil
      ),
      (
        #"{"seed":5,"seed":700}"#, 400,
        "the body is not JSON: found “seed” a second time, expected each key"
          + " once (line 1, column 11)", nil
      ),
      ("[]", 400, "the body is JSON, but not an object: found an array", nil),
      ("null", 400, "the body is JSON, but not an object: found null", nil),
      (
        #"{"top_k":1,"stop":"a"}"#, 422,
        "there is no field “top_k”, only prompt, n, temperature, seed,"
          + " max_tokens, model (line 1, column 2)", "top_k"
      ),
      (
        #"{"temprature":1}"#, 422,
        "there is no field “temprature”, perhaps “temperature” (line 1, column"
          + " 2)", "temprature"
      ),
      (
        #"{"Max-Tokens":1}"#, 422,
        "there is no field “Max-Tokens”, perhaps “max_tokens” (line 1, column"
          + " 2)", "Max-Tokens"
      ),
      (
        #"{"prompt":1}"#, 422,
        "prompt must be a string, not 1 (line 1, column 11)", "prompt"
      ),
      (
        #"{"prompt":["a"]}"#, 422,
        "prompt must be a string, not an array (line 1, column 11)", "prompt"
      ),
      (
        #"{"model":{}}"#, 422,
        "model must be a string, not an object (line 1, column 10)", "model"
      ),
      (
        #"{"temperature":1e400}"#, 422,
        "temperature must be a number from 0 to 100, not 1e400, which is out of"
          + " range (line 1, column 16)", "temperature"
      ),
      (
        #"{"n":1.5}"#, 422,
        "n must be a whole number from 1 to 128, not 1.5, which is not whole"
          + " (line 1, column 6)", "n"
      ),
      (
        #"{"prompt":"Ümit"}"#, 422,
        "the character “Ü” (U+00DC) is not in the vocabulary", "prompt"
      ),
      (
        #"{"prompt":"abcdefghijklmnop"}"#, 422,
        "the prompt has 16 characters, expected at most 15 (block_size - 1)",
        "prompt"
      ),
      (
        #"{"model":"other"}"#, 404, "there is no such model, only names",
        "model"
      ),
    ] as [(String, Int, String, String?)])
  func wrongBodiesAreRefused(
    body: String, status: Int, message: String, parameter: String?
  ) async throws {
    try await withService { client in
      let answer = try await client.generate(body)
      #expect(answer.status == status)
      let type = status == 404 ? "not_found" : "invalid_request"
      #expect(
        answer.body == errorBody(message, parameter: parameter, type: type))
    }
  }

  /// What JSON's grammar, or what programs agree on in it, forbids.
  @Test(arguments: [
    #"{"n":1"#, #"{"seed": 1,}"#, #"{"n":01}"#, #"{"n":+1}"#, #"{"n":.5}"#,
    #"{"n":1.}"#, #"{"n":NaN}"#, #"{'n':1}"#, "{n:1}", #"{"n":1} {}"#,
    #"{"n":1}//"#, #"{"prompt":"\ud800"}"#, #"{"prompt":"\udc00a"}"#,
    #"{"prompt":"\ud800\u0041"}"#, #"{"prompt":"\x"}"#, "{\"prompt\":\"\n\"}",
    "\u{feff}{}", #"{"n":1,"\u006e":2}"#, #"{"n":null,"n":2}"#, "nul", "{}0",
  ])
  func onlyJSONIsTaken(body: String) async throws {
    try await withService { client in
      let answer = try await client.generate(body)
      #expect(answer.status == 400)
      #expect(
        answer.body.hasPrefix(
          #"{"error":{"message":"the body is not JSON: found "#))
      let message = answer.body.components(separatedBy: #"","param""#)[0]
      #expect(
        message.wholeMatch(of: /.* \(line \d+, column \d+\)/) != nil,
        "\(message)")
      let isInPrompt = body.contains(#""prompt":"#)
      #expect(answer.body.contains(#""param":"prompt""#) == isInPrompt)
    }
  }

  @Test func bytesThatAreNotUTF8AreRefused() async throws {
    try await withService { client in
      let body = Array(#"{"prompt":""#.utf8) + [0xff] + Array(#""}"#.utf8)
      let answer = try await client.request("POST", "/generate", body)
      #expect(answer.status == 400)
      #expect(answer.body.contains("the body is not JSON"))
    }
  }

  @Test(arguments: [
    #"{"n":2.0,"seed":1e0}"#, #"{"n":0.2e1,"seed":10e-1}"#,
    #" { "n" : 2 , "seed" : 1 , "prompt" : "" } "#,
    "{\"n\":2,\r\n\"seed\":1,\t\"model\":null}",
  ])
  func numbersMayBeWrittenInManyWays(body: String) async throws {
    let expected = try expectedBody("", count: 2, options: .init(), seed: 1)
    try await withService { client in
      let answer = try await client.generate(body)
      #expect(answer.status == 200 && answer.body == expected)
    }
  }

  @Test(arguments: [
    ("n", "a whole number from 1 to 128", ["0", "129", "1.5", "-1", "1e999"]),
    ("temperature", "a number from 0 to 100", ["-0.1", "100.01", "1e999"]),
    (
      "seed", "a whole number from 0 to 18446744073709551615",
      ["-1", "18446744073709551616", "0.5", "1e300"]
    ),
    (
      "max_tokens", "a whole number from 1 to 9223372036854775807",
      ["0", "-1", "9223372036854775808", "1e-999"]
    ),
  ])
  func numbersHaveLimits(
    field: String, expectation: String, values: [String]
  ) async throws {
    try await withService { client in
      for value in values + ["true", "\"1\"", "[1]", "{}"] {
        let answer = try await client.generate("{\"\(field)\":\(value)}")
        #expect(answer.status == 422, "\(value)")
        #expect(
          answer.body.hasPrefix(
            "{\"error\":{\"message\":\"\(field) must be \(expectation), not"))
        #expect(answer.body.contains("\"param\":\"\(field)\""))
      }
    }
  }

  @Test func otherPathsAndMethodsAreRefused() async throws {
    try await withService { client in
      let missing = errorBody(
        "there is no such path, only /generate, /healthz", type: "not_found")
      for path in ["/", "/nope", "/%ff", "/generate/x"] {
        let answer = try await client.request("POST", path, Array("{}".utf8))
        #expect(answer.status == 404 && answer.body == missing, "\(path)")
      }
      let get = try await client.request("GET", "/generate")
      #expect(get.status == 405 && get.headers["allow"] == "POST, OPTIONS")
      #expect(get.body == errorBody("this path takes POST"))
      let delete = try await client.request("DELETE", "/healthz")
      #expect(
        delete.status == 405 && delete.headers["allow"] == "GET, HEAD, OPTIONS")
      #expect(delete.body == errorBody("this path takes GET, HEAD"))
      let head = try await client.request("HEAD", "/nope")
      #expect(head.status == 404 && head.body.isEmpty)
    }
  }
}
#endif
