import Foundation
import MicroGPTSampler
import Testing

/// Fixtures/texts.json, what any sampler gives.
struct TextFixture: Decodable {
  let texts: [Text]
  let scores: [ScoredText]

  /// How far logarithms of chances may lie from the fixture's.
  static let tolerance = 1e-4

  /// The fixture as it lies in the repository.
  static func read() throws -> TextFixture {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = repository.appending(path: "Fixtures/texts.json")
    return try decoder.decode(TextFixture.self, from: Data(contentsOf: url))
  }

  /// A model of the fixture.
  static func model(_ name: String, threads: Int) throws -> LanguageModel {
    try LanguageModel(
      path: repository.appending(path: "Fixtures/\(name)").path,
      threadCount: threads)
  }

  struct Text: Decodable {
    let shows: String
    let model: String
    let options: Options
    let prompt: String
    let seed: String
    let index: String
    let text: String
    let continuation: String
    let ending: String
    let logProbabilities: [Double]
  }

  struct ScoredText: Decodable {
    let model: String
    let text: String
    let logProbabilities: [Double]
    let endLogProbability: Double?
  }

  struct Options: Decodable {
    let temperature: Float?
    let topK: Int?
    let topP: Float?
    let minP: Float?
    let repetitionPenalty: Float?
    let minLength: Int?
    let maxLength: Int?
    let allowEmpty: Bool?
    let slide: Bool?
    let stop: [String]?
    let ban: String?
    let only: String?
    let force: [Forced]?
  }

  /// A place and a character.
  struct Forced: Decodable {
    let place: Int
    let character: String

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      place = try pair.decode(Int.self)
      character = try pair.decode(String.self)
    }
  }
}

extension GenerationOptions {
  /// The options of a text of the fixture.
  init(_ options: TextFixture.Options, seed: UInt64) {
    self.init(seed: seed)
    temperature = options.temperature ?? temperature
    topK = options.topK
    topP = options.topP ?? topP
    minP = options.minP ?? minP
    repetitionPenalty = options.repetitionPenalty ?? repetitionPenalty
    minimumLength = options.minLength ?? minimumLength
    maximumLength = options.maxLength
    allowsEmptyText = options.allowEmpty ?? allowsEmptyText
    contextOverflow = options.slide == true ? .slide : .stop
    stopStrings = options.stop ?? []
    bannedCharacters = options.ban.map { Array($0.unicodeScalars) } ?? []
    allowedCharacters = options.only.map { Array($0.unicodeScalars) }
    for force in options.force ?? [] {
      forcedCharacters[force.place] =
        force.character.unicodeScalars.first
    }
    reportsLogProbabilities = true
  }
}
