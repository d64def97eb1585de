import Foundation
import Testing

/// `--json`, read by Foundation.
@Suite struct SampleJSONTests {
  private func objects(_ text: String) throws -> [[String: Any]] {
    try lines(text).map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8))
          as? [String: Any], "\(line)")
    }
  }

  private func scalars(_ value: Any?) throws -> [Unicode.Scalar] {
    Array(try #require(value as? String).unicodeScalars)
  }

  @Test func anObjectHasAllOfASample() throws {
    let outcome = try sampleNames(
      ["--prompt", "Ma", "-n", "30", "--json", "--stop", "el"])
    #expect(outcome.code == 0 && outcome.diagnostics.isEmpty)
    let objects = try objects(outcome.output)
    let texts = try sampledLines(
      ["--prompt", "Ma", "-n", "30", "--stop", "el"])
    #expect(objects.compactMap { $0["text"] as? String } == texts)
    #expect(objects.compactMap { $0["index"] as? Int } == Array(0..<30))
    for object in objects {
      #expect(
        Set(object.keys) == [
          "index", "seed", "text", "prompt", "continuation", "tokens",
          "finish_reason", "log_probability", "log_probabilities",
        ])
      #expect(object["seed"] as? Int == 1)
      #expect(object["prompt"] as? String == "Ma")
      let continuation = try #require(object["continuation"] as? String)
      #expect(object["text"] as? String == "Ma" + continuation)
      #expect(object["tokens"] as? Int == continuation.count)
      let logarithms = try #require(object["log_probabilities"] as? [Double])
      #expect(logarithms.count == continuation.count)
      #expect(logarithms.allSatisfy { $0 < 0 })
      let sum = try #require(object["log_probability"] as? Double)
      #expect(abs(sum - logarithms.reduce(0, +)) < 1e-12)
    }
    let reasons = Set(objects.compactMap { $0["finish_reason"] as? String })
    #expect(reasons == ["stop", "stop_string"])
    let short = try sampleNames(["--json", "--max-length", "1"])
    #expect(
      try self.objects(short.output)[0]["finish_reason"] as? String
        == "length")
  }

  /// The chances of all first characters, each forced, and of no text add up.
  @Test func chancesAddUp() throws {
    var sum = 0.0
    for letter in "abcdefghijklmnopqrstuvwxyz" {
      let outcome = try sampleNames(
        ["--json", "--force", "0=\(letter)", "--max-length", "1"])
      let object = try objects(outcome.output)[0]
      sum += exp(try #require(object["log_probability"] as? Double))
    }
    #expect(sum < 1 && sum > 0.99)
  }

  @Test func theSeedIsExact() throws {
    let outcome = try sampleNames(
      ["--json", "--seed", "18446744073709551615"])
    let seed = try objects(outcome.output)[0]["seed"] as? NSNumber
    #expect(seed?.uint64Value == .max)
    #expect(outcome.output.contains("\"seed\":18446744073709551615,"))
    let random = try Program.run(
      "mgpt-sample", [namesModel, "--json"], in: Folder())
    let told = try #require(
      try objects(random.output)[0]["seed"] as? NSNumber)
    #expect(random.diagnostics == "seed \(told)\n")
  }

  /// Control characters, quotes, what ends a line in JavaScript, and what needs
  /// two units of UTF-16.
  @Test func anyCharacterIsWrittenRightly() throws {
    let prompt = "\u{1F600}\"\\/\n\r\t\u{1B}\u{2028}\u{10FFFF}\u{7F}é"
    let outcome = try Program.run(
      "mgpt-sample",
      [
        fixture("valid/vocabulary.mgpt").path, "--json", "--seed", "1",
        "--slide", "--max-length", "300", "--temperature", "2", "-n", "20",
        "--prompt", prompt,
      ], in: Folder())
    #expect(outcome.code == 0 && lines(outcome.output).count == 20)
    #expect(!outcome.output.unicodeScalars.contains("\u{2028}"))
    #expect(
      !outcome.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    var seen: Set<Unicode.Scalar> = []
    for object in try objects(outcome.output) {
      let continuation = try scalars(object["continuation"])
      #expect(object["tokens"] as? Int == continuation.count)
      #expect(
        try scalars(object["text"])
          == Array(prompt.unicodeScalars) + continuation)
      seen.formUnion(continuation)
    }
    #expect(seen.count == 27)
  }
}
