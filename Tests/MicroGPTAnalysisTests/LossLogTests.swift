import MicroGPTAnalysis
import Testing

@Suite struct LossLogTests {
  private static let goodLog = #"""
    {"step":1,"loss":3.25,"rate":0.0099,"seconds":0.012}
     { "loss" : 3e0 , "seconds" : 1.5E-2 , "step" : 2 }

    {"other":{"a":[1,[],{}],"ü":"\"\\/\ud83d\u0041"},"step":2,"validation_loss":2.5}
    {"step":3,"\u006coss":-0.5,"flags":[true,false,null]}
    {"note":"neither here nor there","step":3}
    {"step":4,"loss":2,"validation_loss":2.75}
    """#

  private static let expected = LossCurve(
    training: points([1: 3.25, 2: 3, 3: -0.5, 4: 2]),
    validation: points([2: 2.5, 4: 2.75]))

  @Test(arguments: ["", "\n", "\r\n", "\n\n \t\n"])
  func membersInAnyOrder(end: String) throws {
    #expect(try curve(ofLog: Self.goodLog + end) == Self.expected)
  }

  @Test(arguments: [1, 2, 7, 64])
  func piecesEndAnywhere(size: Int) throws {
    let log = Array(Self.goodLog.utf8)
    #expect(try curve(ofLog: log, pieces: size) == Self.expected)
    let crlf = Self.goodLog.split(separator: "\n").joined(separator: "\r\n")
    #expect(try curve(ofLog: Array(crlf.utf8), pieces: size) == Self.expected)
  }

  @Test func theLastLineMayBeCutOffAnywhere() throws {
    let line =
      #"{"step":2,"loss":-2.5e-1,"t":"ü\u00fc","f":[true,null,{}]}"#
    let whole = Array(line.utf8)
    for count in whole.indices {
      let log = Array("{\"step\":1,\"loss\":3}\n".utf8) + whole.prefix(count)
      #expect(
        try curve(ofLog: log, pieces: 5).training == points([1: 3]), "\(count)")
    }
    // Whole but for its line feed, it counts.
    #expect(try curve(ofLog: line).training == points([2: -0.25]))
  }

  @Test func nothingGivesAnEmptyCurve() throws {
    for log in ["", "\n\n", "{}\n", "{\"step\":1}\n", "{\"st"] {
      #expect(try curve(ofLog: log).isEmpty)
    }
  }

  @Test func theLastMentionOfAStepCounts() throws {
    let steps = [1, 2, 3, 4, 3, 4, 5, 2]
    let log = steps.enumerated().map { index, step in
      "{\"step\":\(step),\"loss\":\(index)}\n"
    }.joined()
    #expect(
      try curve(ofLog: log).training == points([1: 0, 2: 7, 3: 4, 4: 5, 5: 6]))
  }

  @Test func limitsAreAllowed() throws {
    let log = """
      {"step":9007199254740992,"loss":1e30}
      {"step":0,"loss":-1e30}
      {"step":7,"loss":1e-400}
      {"step":8,"loss":1,"deep":\(nested(63))}
      {"step":9,"loss":1,"pad":"\(String(repeating: "x", count: 65_500))"}
      """
    #expect(
      try curve(ofLog: log).training
        == points([0: -1e30, 7: 0, 8: 1, 9: 1, 1 << 53: 1e30]))
  }

  @Test(arguments: damage)
  func damageIsRefused(line: String, error: String) throws {
    // In the middle, and last with its end.
    for rest in ["{\"step\":2,\"loss\":1}\n", ""] {
      let log = Array("{\"step\":1,\"loss\":1}\n\n\(line)\n\(rest)".utf8)
      #expect { try curve(ofLog: log, pieces: 1 << 12) } throws: {
        "\($0)" == "line 3, \(error)"
      }
    }
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let start = Array("{\"step\":1,\"loss\":1,\"a\":\"".utf8)
    let end = Array("\"}\n".utf8)
    for bytes: [UInt8] in [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]] {
      #expect { try curve(ofLog: start + bytes + end) } throws: {
        "\($0)"
          == "line 1, column 25: found the byte 0x"
          + "\(String(bytes[0], radix: 16)), expected UTF-8"
      }
    }
    #expect { try curve(ofLog: [0xff, 0xfe, 0x0a]) } throws: {
      "\($0)" == "line 1, column 1: found the byte 0xff, expected “{”"
    }
    // Without an end of line it is still not the start of a line.
    #expect(throws: LossLogError.self) { try curve(ofLog: [0, 1, 2]) }
  }

  @Test func aLineWithoutEndIsRefused() throws {
    for start in ["[", " ", "{\"a\":\"", "{\"a\":"] {
      let log = Array(start.utf8) + Array(repeating: 0x20, count: 70_000)
      for size in [1 << 12, 1 << 20] {
        #expect { try curve(ofLog: log, pieces: size) } throws: {
          "\($0)"
            == "line 1, column 1: found a line of more than 65536 bytes,"
            + " expected a JSON object"
        }
        #expect(throws: LossLogError.self) {
          try curve(ofLog: log + [0x0a], pieces: size)
        }
      }
    }
  }
}

/// Arrays in each other.
private func nested(_ depth: Int) -> String {
  String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
}

/// Lines that are none of a log, and what is said of them.
private let damage: [(String, String)] = [
  ("3", "column 1: found “3”, expected “{”"),
  ("step 1 loss 2.5", "column 1: found “s”, expected “{”"),
  ("[1]", "column 1: found “[”, expected “{”"),
  ("\u{feff}{}", "column 1: found the byte 0xef, expected “{”"),
  ("{", "column 2: found the end of the line, expected a string"),
  (#"{"step":2"#, "column 10: found the end of the line, expected “,” or “}”"),
  (#"{"step":2,}"#, "column 11: found “}”, expected a string"),
  (#"{"step" 2}"#, "column 9: found “2”, expected “:”"),
  (#"{'step':2}"#, "column 2: found “'”, expected a string"),
  (#"{"step":2;"loss":1}"#, "column 10: found “;”, expected “,” or “}”"),
  (
    #"{"step":2,"loss":1}}"#,
    "column 20: found “}”, expected the end of the line"
  ),
  (#"{"step":2} {}"#, "column 12: found “{”, expected the end of the line"),
  (#"{"loss":1}"#, "column 1: found a loss without a step, expected “step”"),
  (#"{"step":2,"loss":"1"}"#, "column 18: found “\"”, expected a number"),
  (#"{"step":2,"loss":null}"#, "column 18: found “n”, expected a number"),
  (#"{"step":2,"loss":NaN}"#, "column 18: found “N”, expected a number"),
  (#"{"step":2,"loss":-Infinity}"#, "column 19: found “I”, expected a digit"),
  (#"{"step":2,"loss":.5}"#, "column 18: found “.”, expected a number"),
  (#"{"step":2,"loss":5.}"#, "column 20: found “}”, expected a digit"),
  (#"{"step":2,"loss":5e}"#, "column 20: found “}”, expected a digit"),
  (#"{"step":2,"loss":+5}"#, "column 18: found “+”, expected a number"),
  (
    #"{"step":2,"loss":05}"#,
    "column 18: found a leading zero, expected a number without"
  ),
  (
    #"{"step":2,"loss":1e31}"#,
    "column 18: found 1e31, expected a number from -1e+30 to 1e+30"
  ),
  (
    #"{"step":2,"loss":-1e999}"#,
    "column 18: found -1e999, expected a number from -1e+30 to 1e+30"
  ),
  (
    "{\"step\":2,\"loss\":\(String(repeating: "9", count: 400))}",
    "column 18: found \(String(repeating: "9", count: 40))…, expected a number"
      + " from -1e+30 to 1e+30"
  ),
  (
    #"{"step":-1,"loss":1}"#,
    "column 9: found -1, expected a whole number from 0 to 9007199254740992"
  ),
  (
    #"{"step":2.5,"loss":1}"#,
    "column 9: found 2.5, expected a whole number from 0 to 9007199254740992"
  ),
  (
    #"{"step":9007199254740993,"loss":1}"#,
    "column 9: found 9007199254740993, expected a whole number from 0 to"
      + " 9007199254740992"
  ),
  (
    #"{"step":99999999999999999999,"loss":1}"#,
    "column 9: found 99999999999999999999, expected a whole number from 0 to"
      + " 9007199254740992"
  ),
  (
    #"{"step":2,"loss":1,"loss":1}"#,
    "column 27: found “loss” a second time, expected each member once"
  ),
  (
    #"{"step":2,"\u0073tep":2}"#,
    "column 23: found “step” a second time, expected each member once"
  ),
  (#"{"a":tru}"#, "column 9: found “}”, expected true"),
  (#"{"a":nul"#, "column 9: found the end of the line, expected null"),
  (
    #"{"a":"\x"}"#,
    #"column 8: found “x”, expected \" \\ \/ \b \f \n \r \t or"#
      + " \\u and four digits"
  ),
  (#"{"a":"\u12g4"}"#, "column 11: found “g”, expected a hexadecimal digit"),
  (
    "{\"a\":\"\u{1}\"}",
    "column 7: found the byte 0x1, expected control characters as escapes"
  ),
  (
    #"{"a":"b"#,
    "column 8: found the end of the line, expected the rest of a string"
  ),
  (
    "{\"a\":\(nested(64))}",
    "column 69: found one value in another, 65 deep, expected at most 64"
  ),
  (
    "{\"a\":\(String(repeating: "[", count: 60_000))",
    "column 69: found one value in another, 65 deep, expected at most 64"
  ),
]
