import Foundation
import Testing

/// What each option of the generation does to texts.
@Suite struct SampleOptionTests {
  @Test(arguments: [
    ["--top-k", "1"], ["--top-p", "1e-6"], ["--min-p", "1"],
    ["--temperature", "0"],
  ])
  func theLikeliestAlone(arguments: [String]) throws {
    let coldest = ["--temperature", "0"]
    let texts = try sampledLines(
      arguments + ["-n", "5"], warnings: arguments == coldest ? 2 : 0)
    #expect(Set(texts).count == 1)
    #expect(try texts == sampledLines(coldest + ["-n", "5"], warnings: 2))
  }

  /// At a temperature of 100 almost anything goes, but for what is cut off.
  @Test(arguments: [
    ["--top-k", "3"], ["--top-p", "0.1"], ["--min-p", "0.97"],
  ])
  func theUnlikelyIsCutOff(arguments: [String]) throws {
    let hot = ["--temperature", "100", "--max-length", "1", "-n", "300"]
    let all = Set(try sampledLines(hot))
    let kept = Set(try sampledLines(hot + arguments))
    #expect(all.count == 26)
    #expect(kept.isStrictSubset(of: all) && kept.count > 1)
    if arguments[0] == "--top-k" { #expect(kept.count == 3) }
  }

  @Test func repetitionCosts() throws {
    func repetitions(_ arguments: [String]) throws -> Int {
      try sampledLines(["-n", "200"] + arguments).reduce(0) {
        $0 + $1.count - Set($1).count
      }
    }
    let free = try repetitions([])
    #expect(try repetitions(["--repetition-penalty", "1"]) == free)
    #expect(try repetitions(["--repetition-penalty", "5"]) * 2 < free)
    #expect(try repetitions(["--repetition-penalty", "0.5"]) > free)
  }

  @Test func lengths() throws {
    let texts = try sampledLines(
      ["-n", "50", "--min-length", "6", "--max-length", "7", "--prompt", "Ma"])
    #expect(texts.allSatisfy { $0.hasPrefix("Ma") })
    #expect(Set(texts.map(\.count)) == [8, 9])
    #expect(
      try sampledLines(["--max-length", "0", "--prompt", "Ma"]) == ["Ma"])
    #expect(
      try sampledLines(
        ["-n", "3", "--max-length", "1000000000"], warnings: 1)
        == sampledLines(["-n", "3"]))
    let full = try sampledLines(
      ["--min-length", "1000000000"], warnings: 1)
    #expect(full[0].count == 16)
  }

  @Test func theContextSlides() throws {
    let short = try sampledLines(["--min-length", "16"])
    let long = try sampledLines(
      ["--slide", "--min-length", "40", "--max-length", "40"])
    #expect(long[0].count == 40 && long[0].hasPrefix(short[0]))
    // Nothing else ends it.
    let most = try sampledLines(["--slide", "--min-length", "1000"])
    #expect(most[0].count == 1000 && most[0].hasPrefix(long[0]))
    let more = try sampledLines(["--slide", "--min-length", "1001"])
    #expect(more[0].count == 1001 && more[0].hasPrefix(most[0]))

    let prompt = String(repeating: "Anna", count: 20)
    let prompted = try sampledLines(
      ["--slide", "--min-length", "1", "--prompt", prompt])
    #expect(prompted[0].hasPrefix(prompt) && prompted[0] != prompt)
  }

  @Test func textsMayBeEmpty() throws {
    let hot = ["-n", "100", "--temperature", "100"]
    #expect(try !sampledLines(hot).contains(""))
    #expect(try sampledLines(hot + ["--allow-empty"]).contains(""))
  }

  @Test func stopStringsEndTexts() throws {
    let whole = try sampledLines(["-n", "60"])
    let cut = try sampledLines(["-n", "60", "--stop", "an", "--stop", "i"])
    for (text, start) in zip(whole, cut) {
      let ends = ["an", "i"].compactMap { text.range(of: $0)?.lowerBound }
      #expect(start == text[..<(ends.min() ?? text.endIndex)])
    }
    #expect(cut != whole)
  }

  @Test func charactersAreBannedAllowedAndForced() throws {
    let banned = try sampledLines(
      ["-n", "50", "--ban", "ae", "--ban", "i", "--min-length", "3"])
    #expect(banned.allSatisfy { !$0.contains { "aei".contains($0) } })
    let allowed = try sampledLines(["-n", "50", "--only", "xyz", "--ban", "y"])
    #expect(Set(allowed.joined()) == ["x", "z"])
    let forced = try sampledLines(
      ["-n", "50", "--force", "2=x", "--force", "0=Q", "--prompt", "Jo"])
    #expect(
      forced.allSatisfy { text in
        Array(text)[..<3] == ["J", "o", "q"] && Array(text)[4] == "x"
      })
    // What the vocabulary lacks is never drawn anyway.
    #expect(
      try sampledLines(
        ["-n", "5", "--ban", "=-é", "--stop", "É"], warnings: 2)
        == sampledLines(["-n", "5"]))
  }

  @Test func charactersAreTriedInLowerCase() throws {
    for (option, upper, lower) in [
      ("--ban", "NA", "na"), ("--only", "ABN", "abn"), ("--stop", "AN", "an"),
      ("--force", "0=Z", "0=z"),
    ] {
      let typed = try sampleNames(["-n", "30", option, upper])
      #expect(typed.diagnostics.isEmpty)
      #expect(
        try lines(typed.output) == sampledLines(["-n", "30", option, lower]))
    }
  }

  @Test(arguments: [
    (["--ban", "7"], "--ban: the character “7” (U+0037) is not in the"),
    (["--ban", "a78"], "--ban: none of the characters “7” (U+0037), “8”"),
    (["--only", "ab7"], "--only: the character “7” (U+0037) is not in the"),
    (["--stop", "a7"], "--stop “a7” has no effect: the character “7”"),
    (["--stop", "abcdefghijklmnopq"], "has no effect: it has 17 characters"),
    (["--ban", "a", "--stop", "ba"], "--stop “ba” has no effect: --ban and"),
    (["--top-k", "27"], "--top-k 27 has no effect: the vocabulary has 27"),
    (["--temperature", "0", "--top-p", "0.5"], "so --top-p, --seed have no"),
    (["--temperature", "0", "--top-k", "2"], "so --top-k, --seed have no"),
    (["--temperature", "0", "--min-p", "0.1"], "so --min-p, --seed have no"),
    (["--temperature", "0", "-n", "2"], "gives the same text 2 times"),
    (["--min-length", "17"], "--min-length 17 cannot be reached: without"),
    (["--max-length", "17"], "--max-length 17 cannot be reached: without"),
    (["--slide", "--max-length", "16"], "--slide has no effect: the context"),
    (
      ["--allow-empty", "--prompt", "a"], "--allow-empty has no effect: a text"
    ),
    (["--allow-empty", "--min-length", "1"], "no effect with --min-length"),
    (["--allow-empty", "--force", "0=a"], "no effect with --force"),
    (["--force", "16=a"], "--force 16= puts no character: at most 16 follow"),
  ])
  func anOptionWithoutEffectSaysSo(arguments: [String], words: String) throws {
    let outcome = try sampleNames(arguments)
    #expect(outcome.code == 0)
    #expect(
      lines(outcome.diagnostics).contains {
        $0.hasPrefix("warning: ") && $0.contains(words)
      }, "\(outcome.diagnostics)")
  }

  @Test func selectionsWithoutEffectSaySo() throws {
    let greedy = try sampleNames(["--temperature", "0", "-n", "2", "--unique"])
    #expect(greedy.code == 69)
    #expect(greedy.diagnostics.contains("so there are no 2 new ones"))
    let outcome = try sampleNames(["--novel", "-"], input: "R2-D2\n42\n")
    #expect(outcome.code == 0)
    #expect(
      outcome.diagnostics.hasPrefix(
        "warning: --novel has no effect: no line of standard input is made of"
          + " the model's characters\n"))
  }

  @Test(arguments: [
    [], ["--prompt", "Ma", "--json"], ["--unique"], ["--top-p", "0.9"],
    ["--slide", "--min-length", "20"],
  ])
  func anyNumberOfThreadsGivesTheSameTexts(arguments: [String]) throws {
    let all = arguments + ["-n", "130", "--threads"]
    let one = try sampledLines(all + ["1"])
    #expect(one.count == 130)
    for threads in ["2", "3", "1024"] {
      #expect(try sampledLines(all + [threads]) == one)
    }
  }

  /// The defaults and the greatest numbers.
  @Test func optionsThatChangeNothing() throws {
    let plain = try sampledLines(["-n", "20"])
    #expect(
      try sampledLines(
        [
          "-n", "20", "--temperature", "0.5", "--top-k", "9223372036854775807",
          "--top-p", "1", "--min-p", "0", "--repetition-penalty", "1",
          "--min-length", "0", "--max-length", "16", "--threads", "1",
        ], warnings: 1) == plain)
  }

  @Test(arguments: [
    ("--temperature", "-0.1", "0.0 to 100.0"),
    ("--top-k", "0", "1 or more"),
    ("--top-p", "0", "above 0, at most 1"),
    ("--top-p", "1.01", "above 0, at most 1"),
    ("--top-p", "nan", "above 0, at most 1"),
    ("--min-p", "-0.5", "0 to 1"),
    ("--min-p", "2", "0 to 1"),
    ("--repetition-penalty", "0", "above 0"),
    ("--repetition-penalty", "inf", "above 0"),
    ("--min-length", "-1", "0 to 1000000000"),
    ("--max-length", "-1", "0 to 1000000000"),
    ("--max-length", "1000000001", "0 to 1000000000"),
    ("--count", "1000000001", "0 to 1000000000"),
    ("--threads", "0", "1 to 1024"),
    ("--threads", "1025", "1 to 1024"),
    ("--stop", "", "at least one character"),
    ("--force", "a", "a place from 0 on, = and one character"),
    ("--force", "-1=a", "a place from 0 on, = and one character"),
    ("--force", "0=", "a place from 0 on, = and one character"),
    ("--force", "0=ab", "a place from 0 on, = and one character"),
  ])
  func valuesOutsideTheirLimits(
    option: String, value: String, expected: String
  ) throws {
    let outcome = try sampleNames([option, value])
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    let first = lines(outcome.diagnostics)[0]
    #expect(first.hasPrefix("Error: \(option) is "), "\(first)")
    #expect(first.contains(expected), "\(first)")
  }

  @Test(arguments: [
    ["--top-k", "99999999999999999999"], ["--top-k", "1.5"],
    ["--top-p", "much"], ["--seed", "1e3"],
  ])
  func valuesThatAreNoNumbers(arguments: [String]) throws {
    let outcome = try sampleNames(arguments)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(outcome.diagnostics.contains(arguments[0]))
  }

  @Test(arguments: [
    ["--prompt", "a", "--prompts", "-"], ["--prompts", "-", "--novel", "-"],
    ["--stream", "--json"], ["--stream", "--unique"],
    ["--stream", "--novel", "x"],
  ])
  func optionsThatExcludeEachOther(arguments: [String]) throws {
    let outcome = try sampleNames(arguments)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    for option in arguments where option.hasPrefix("--") {
      #expect(lines(outcome.diagnostics)[0].contains(option))
    }
  }

  @Test func whatTheModelRefuses() throws {
    expectRefusal(
      try sampleNames(["--force", "1=é"]), 64,
      "--force: the character “é” (U+00E9) is not in the vocabulary")
    for arguments in [
      ["--only", "019"], ["--only", ""],
      ["--ban", "abcdefghijklmnopqrstuvwxyz"], ["--only", "a", "--ban", "a"],
    ] {
      expectRefusal(
        try sampleNames(arguments), 64,
        "--only and --ban leave no character of the vocabulary, expected at"
          + " least one")
    }
    let twice = try sampleNames(["--force", "1=a", "--force", "1=b"])
    #expect(twice.code == 64 && twice.diagnostics.contains("place 1 twice"))
    let less = try sampleNames(["--min-length", "3", "--max-length", "2"])
    #expect(less.code == 64)
    #expect(less.diagnostics.contains("--max-length is 2, expected 3 to "))
  }
}
