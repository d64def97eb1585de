import MicroGPTText
import Testing

@Suite("Values of JSON read as what they must be")
struct JSONReadingTests {
  private func value(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }

  private func error(_ read: () throws(JSONError) -> Void) -> String? {
    do throws(JSONError) {
      try read()
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("-0.0", 0), ("5", 5), ("5.0", 5), ("1e2", 100),
      ("0.5e1", 5), ("-7", -7), ("0e999999", 0), ("0.0e-999999", 0),
      ("100e-2", 1), ("9223372036854775807", .max),
      ("-9223372036854775808", .min), ("-9.223372036854775808e18", .min),
      ("1.00000000000000000000000000000000", 1),
      ("1000000000000000000000000000e-27", 1),
    ] as [(String, Int)])
  func wholeNumbers(text: String, expected: Int) throws {
    #expect(try value(text).integer() == expected)
  }

  @Test(arguments: [
    ("1.5", "1.5, which is not whole"), ("1e-1", "1e-1, which is not whole"),
    ("1e-999999", "1e-999999, which is not whole"),
    ("9223372036854775808", "9223372036854775808, which is out of range"),
    ("-9223372036854775809", "-9223372036854775809, which is out of range"),
    ("1e400", "1e400, which is out of range"),
    ("123456789012345678901234567890.5", "which is not whole"),
    ("1e99999999999999999999", "which is out of range"),
    ("\"5\"", "the string “5”"), ("true", "true"), ("null", "null"),
    ("[5]", "an array"), ("{}", "an object"),
  ])
  func whatIsNoWholeNumber(text: String, found: String) {
    let error = error { () throws(JSONError) in _ = try value(text).integer() }
    #expect(
      error?.contains("\(found), expected a whole number from") == true,
      "\(error ?? "accepted")")
  }

  @Test func limits() {
    func read(_ text: String) -> String? {
      error { () throws(JSONError) in _ = try value(text).integer(in: 1...5) }
    }
    #expect(read("5") == nil)
    #expect(
      read("6")
        == "document at byte 0 (line 1, column 1): found 6, expected a whole"
        + " number from 1 to 5")
  }

  @Test func unsignedNumbers() throws {
    #expect(
      try value("18446744073709551615").unsignedInteger() == UInt64.max)
    #expect(try value("-0").unsignedInteger() == 0)
    for text in ["18446744073709551616", "-1", "-1e30"] {
      let error = error { () throws(JSONError) in
        _ = try value(text).unsignedInteger()
      }
      #expect(error?.contains("\(text), which is out of range") == true)
    }
  }

  @Test func doubles() throws {
    #expect(try value("0.1").double() == 0.1)
    #expect(try value("1e308").double() == 1e308)
    #expect(try value("1e-400").double() == 0)
    #expect(try value("5").double(in: 0...100) == 5)
    for (text, words) in [
      ("1e400", "found 1e400, which is out of range, expected a number"),
      ("-1e400", "found -1e400, which is out of range, expected a number"),
      ("101", "found 101, expected a number from 0.0 to 100.0"),
      ("\"1\"", "found the string “1”, expected a number from 0.0 to 100.0"),
    ] {
      let error = error { () throws(JSONError) in
        _ = try value(text).double(in: 0...100)
      }
      #expect(error?.contains(words) == true, "\(error ?? "accepted")")
    }
  }

  @Test(arguments: [
    ("stpes", "perhaps “steps”"), ("Steps", "perhaps “steps”"),
    ("--steps", "perhaps “steps”"),
    ("batch-size", "perhaps “batch_size”"),
    ("batchSize", "perhaps “batch_size”"),
    ("nlayer", "perhaps “n_layer”"), ("colour", "steps, batch_size, n_layer"),
    ("", "steps, batch_size, n_layer"),
  ])
  func unknownKeys(key: String, expected: String) throws {
    let object = try value("{\"steps\": 1, \"\(key)\": 2}").object()
    let error = error { () throws(JSONError) in
      try object.requireKeys(
        ["steps", "batch_size", "n_layer"], kind: "option")
    }
    #expect(
      error
        == "document at byte 13 (line 1, column 14): found “\(key)”, which is"
        + " no option, expected \(expected)")
  }

  @Test func nearestNames() {
    let names = ["temperature", "top_k", "top_p", "seed", "n"]
    #expect(nearestName(to: "temprature", among: names) == "temperature")
    #expect(nearestName(to: "temp", among: names) == nil)
    #expect(nearestName(to: "topk", among: names) == "top_k")
    #expect(nearestName(to: "sede", among: names) == "seed")
    #expect(nearestName(to: "m", among: names) == nil)
    #expect(nearestName(to: "x", among: []) == nil)
    let long = String(repeating: "x", count: 1_000_000)
    #expect(nearestName(to: long, among: names) == nil)
  }
}
