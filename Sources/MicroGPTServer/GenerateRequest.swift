#if Server
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The body of `POST /generate`, checked as far as it can be without a model.
struct GenerateRequest: Sendable, Equatable {
  var prompt = ""
  var count = 1
  var temperature = 0.5
  var seed: UInt64?
  var maximumLength: Int?
  var model: String?

  /// The fields that a body may have.
  enum Field: String, CaseIterable {
    case prompt
    case count = "n"
    case temperature
    case seed
    case maximumLength = "max_tokens"
    case model
  }

  private static let countLimits = 1...128
  private static let temperatureLimits = 0.0...100

  /// Reads a body.
  ///
  /// - Parameter body: The body: a JSON object.
  /// - Throws: ``ServiceError``, which names the field at fault.
  init(_ body: [UInt8]) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(body))
    } catch DecodingError.typeMismatch, DecodingError.valueNotFound {
      throw ServiceError.badRequest("the body is JSON, but not an object")
    } catch is DecodingError {
      throw ServiceError.badRequest(
        "the body is not JSON that can be decoded")
    }
  }
}

extension GenerateRequest: Decodable {
  /// Any name that a field may have.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads an object; a field that is null counts as absent.
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Name.self)
    let known = Field.allCases.map(\.rawValue)
    // Of several faults the same one is told every time.
    let unknown = fields.allKeys.map(\.stringValue).filter {
      !known.contains($0)
    }
    if let name = unknown.min() {
      throw ServiceError.unprocessable(
        name,
        "there is no field “\(name)”, only \(known.joined(separator: ", "))")
    }
    func read<Value: Decodable>(
      _ field: Field, _ expectation: String,
      where isAllowed: (Value) -> Bool = { _ in true }
    ) throws -> Value? {
      let value: Value?
      do {
        value = try fields.decodeIfPresent(
          Value.self, forKey: Name(stringValue: field.rawValue))
      } catch {
        // Of a wrong type, or a number that its type does not hold.
        throw ServiceError.unprocessable(
          field.rawValue, "\(field.rawValue) must be \(expectation)")
      }
      guard value.map(isAllowed) ?? true else {
        throw ServiceError.unprocessable(
          field.rawValue, "\(field.rawValue) must be \(expectation)")
      }
      return value
    }
    prompt = try read(.prompt, "a string") ?? prompt
    count =
      try read(
        .count,
        "a whole number from \(Self.countLimits.lowerBound) to"
          + " \(Self.countLimits.upperBound)",
        where: Self.countLimits.contains) ?? count
    temperature =
      try read(
        .temperature, "a number from 0 to 100",
        where: Self.temperatureLimits.contains) ?? temperature
    seed = try read(.seed, "a whole number from 0 to \(UInt64.max)")
    maximumLength = try read(
      .maximumLength, "a whole number from 1 to \(Int.max)", where: { $0 >= 1 })
    model = try read(.model, "a string")
  }
}
#endif
