import Foundation
import MicroGPTReference

/// The repository's Fixtures folder.
let fixtures = URL(filePath: #filePath)
  .deletingLastPathComponent()  // MicroGPTReferenceTests
  .deletingLastPathComponent()  // Tests
  .deletingLastPathComponent()
  .appending(path: "Fixtures")

/// Figures of microgpt.py itself.
struct ParityFigures: Decodable {
  let firstDocs: [String]
  let initialWteRow0: [Double]
  let initialLastParam: Double
  let loss: [Double]
  let samples: [String]
  let final: [String: [[Double]]]

  static func load() throws -> ParityFigures {
    let url = fixtures.appending(path: "parity/microgpt-py.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Self.self, from: Data(contentsOf: url))
  }
}

/// Figures of Tests/Checks/Oracle/oracle.py.
struct OracleFigures: Decodable {
  struct Case: Decodable {
    let name: String
    let config: [String: Number]
    let loss: [Double]
    let gradients: [String: [Double]]  // of the first step
    let final: [String: [Double]]
    let samples: [String]
  }

  /// A setting, exact as a double or, like the seed, as an integer.
  enum Number: Decodable {
    case integer(UInt64)
    case real(Double)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let integer = try? container.decode(UInt64.self) {
        self = .integer(integer)
      } else {
        self = .real(try container.decode(Double.self))
      }
    }

    var integer: UInt64? {
      if case .integer(let value) = self { value } else { nil }
    }

    var real: Double {
      switch self {
      case .integer(let value): Double(value)
      case .real(let value): value
      }
    }
  }

  let documents: [String]
  let cases: [Case]

  static func load() throws -> OracleFigures {
    let url = fixtures.appending(path: "parity/other-configurations.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }
}

/// Documents as text and as tokens: the sorted scalars, then BOS.
struct Corpus {
  let letters: [Unicode.Scalar]
  let docs: [[Int]]

  init(_ documents: [String]) {
    letters = Set(documents.joined().unicodeScalars).sorted()
    var tokens: [Unicode.Scalar: Int] = [:]
    for (token, letter) in letters.enumerated() { tokens[letter] = token }
    docs = documents.map { document in
      document.unicodeScalars.compactMap { tokens[$0] }
    }
  }

  /// The names that microgpt.py was trained on.
  static func names() throws -> Corpus {
    let data = try Data(contentsOf: fixtures.appending(path: "names.txt"))
    let text = String(decoding: data, as: UTF8.self)
    return Corpus(text.split(separator: "\n").map(String.init))
  }

  func text(_ tokens: [Int]) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: tokens.map { letters[$0] })
    return text
  }
}

extension MicroGPT {
  /// The weights by name.
  var named: [String: [Double]] { byName(weights) }
}

func byName(_ tensors: [Tensor]) -> [String: [Double]] {
  Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.data) })
}
