#if Server
import MicroGPTText

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

  /// Reads a body.
  ///
  /// A field that is null counts as absent.
  ///
  /// - Parameter body: The body: a JSON object.
  /// - Throws: ``ServiceError``, which names the field at fault and where it
  ///   stands.
  init(_ body: [UInt8]) throws(ServiceError) {
    let fields = try Self.fields(of: body)
    func read<Value>(
      _ field: Field, _ value: (JSONValue) throws(JSONError) -> Value
    ) throws(ServiceError) -> Value? {
      guard let found = fields[field.rawValue], !found.isNull else {
        return nil
      }
      do throws(JSONError) { return try value(found) } catch {
        throw .unprocessable(
          field.rawValue,
          "\(field.rawValue) must be \(error.expected), not \(error.found)"
            + " (\(error.position.shown))")
      }
    }
    prompt =
      try read(.prompt) { value throws(JSONError) in
        try value.string()
      } ?? prompt
    count =
      try read(.count) { value throws(JSONError) in
        try value.integer(in: 1...128)
      } ?? count
    temperature =
      try read(.temperature) { value throws(JSONError) in
        try value.double(in: 0...100, "a number from 0 to 100")
      } ?? temperature
    seed = try read(.seed) { value throws(JSONError) in
      try value.unsignedInteger()
    }
    maximumLength = try read(.maximumLength) { value throws(JSONError) in
      try value.integer(in: 1...Int.max)
    }
    model = try read(.model) { value throws(JSONError) in
      try value.string()
    }
  }

  /// The fields of a body, of which all are known.
  private static func fields(
    of body: [UInt8]
  ) throws(ServiceError) -> JSONObject {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: body) } catch {
      var failure = ServiceError.badRequest(
        "the body is not JSON: found \(error.found), expected"
          + " \(error.expected) (\(error.position.shown))")
      failure.parameter = Field(rawValue: error.field)?.rawValue
      throw failure
    }
    guard case .object(let object) = document.content else {
      throw .badRequest(
        "the body is JSON, but not an object: found \(document.found)")
    }
    let known = Field.allCases.map(\.rawValue)
    for member in object.members where Field(rawValue: member.key) == nil {
      let expectation =
        nearestName(to: member.key, among: known).map { "perhaps “\($0)”" }
        ?? "only \(known.joined(separator: ", "))"
      throw .unprocessable(
        member.key,
        "there is no field \(quoted(member.key)), \(expectation)"
          + " (\(member.position.shown))")
    }
    return object
  }
}

extension JSONPosition {
  /// The position in a body of few lines.
  fileprivate var shown: String { "line \(line), column \(column)" }
}
#endif
