#if Server
import Hummingbird

/// What the head of a request alone decides.
struct HeadCheck {
  let limits: ServiceLimits
  /// The methods that each path has beside OPTIONS.
  let methods: [String: [String]]

  /// Types of content that may stand above JSON: those of JSON, and what
  /// programs say that were told none, curl among them.
  private static let types = [
    "application/json", "text/json", "text/plain", "application/octet-stream",
    "application/x-www-form-urlencoded",
  ]

  /// Judges a request.
  ///
  /// - Parameter request: The request; its body is not looked at.
  /// - Returns: Why it is refused; its headers close the connection if what
  ///   comes after the head cannot be read. `nil` if it is not refused.
  func refusal(of request: Request) -> ServiceError? {
    framingRefusal(of: request) ?? targetRefusal(of: request)
      ?? contentRefusal(of: request)
  }

  /// The methods of a path, as the header Allow lists them.
  func allowed(for request: Request) -> String {
    let all = Set(methods.values.joined()).sorted()
    return ((methods[path(of: request)] ?? all) + ["OPTIONS"])
      .joined(separator: ", ")
  }

  private func path(of request: Request) -> String {
    let target = request.head.path ?? ""
    return String(target.prefix { $0 != "?" })
  }

  private func framingRefusal(of request: Request) -> ServiceError? {
    let codings = words(request.headers[values: .transferEncoding])
    if !codings.isEmpty, codings != ["chunked"] {
      return ServiceError(
        status: .notImplemented, type: "invalid_request",
        message: "a body can be sent chunked, but not otherwise encoded",
        headers: [.connection: "close"])
    }
    // NIO has looked at its digits, and that there is but one.
    if let length = request.headers[.contentLength],
      Int(length) ?? .max > limits.bodyByteCount
    {
      return .bodyTooLarge(limits)
    }
    if words(request.headers[values: .expect]).contains(where: {
      $0 != "100-continue"
    }) {
      return ServiceError(
        status: .expectationFailed, type: "invalid_request",
        message: "the header Expect may be 100-continue, nothing else")
    }
    // The first one is not among these fields.
    if request.headers.contains(where: { $0.name.canonicalName == "host" }) {
      return .badRequest("there is more than one header Host")
    }
    return nil
  }

  private func targetRefusal(of request: Request) -> ServiceError? {
    if request.head.path?.utf8.count ?? 0 > limits.targetByteCount {
      return .targetTooLong(limits)
    }
    if request.method == .options {
      if request.headers[.accessControlRequestMethod] != nil,
        request.headers[.origin] != nil
      {
        return ServiceError(
          status: .forbidden, type: "invalid_request",
          message: "this service answers no pages of other origins: it has no"
            + " CORS")
      }
      if path(of: request) == "*" { return nil }
    }
    guard let known = methods[path(of: request)] else {
      if request.method == .connect {
        return refusedMethod("this service is no proxy", request)
      }
      let all = methods.keys.sorted().joined(separator: ", ")
      return ServiceError(
        status: .notFound, type: "not_found",
        message: "there is no such path, only \(all)")
    }
    guard request.method == .options || known.contains(request.method.rawValue)
    else {
      return refusedMethod(
        "this path takes \(known.joined(separator: ", "))", request)
    }
    return nil
  }

  private func refusedMethod(
    _ message: String, _ request: Request
  ) -> ServiceError {
    ServiceError(
      status: .methodNotAllowed, type: "invalid_request", message: message,
      headers: [.allow: allowed(for: request)])
  }

  private func contentRefusal(of request: Request) -> ServiceError? {
    guard request.hasBody else { return nil }
    let codings = words(request.headers[values: .contentEncoding])
    if let coding = codings.first(where: { $0 != "identity" }) {
      return ServiceError(
        status: .unsupportedMediaType, type: "invalid_request",
        message: "the body is encoded as “\(coding)”, expected no encoding",
        headers: [.acceptEncoding: "identity"])
    }
    guard let type = request.headers[.contentType] else { return nil }
    let parts = type.lowercased().split(separator: ";").map { $0.trimmed }
    let name = parts.first ?? ""
    let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?
      .dropFirst("charset=".count).trimming("\"")
    let isUTF8 = ["utf-8", "utf8", "us-ascii"].contains(charset ?? "utf-8")
    let isJSON =
      name.isEmpty || name.hasSuffix("+json") || Self.types.contains(name)
    guard isJSON, isUTF8 else {
      return ServiceError(
        status: .unsupportedMediaType, type: "invalid_request",
        message: "the body is said to be “\(type)”, expected JSON in UTF-8",
        headers: [.accept: "application/json"])
    }
    return nil
  }
}

extension Request {
  /// Whether its head announces a body.
  var hasBody: Bool {
    headers[.transferEncoding] != nil
      || headers[.contentLength].map { $0 != "0" } ?? false
  }
}

/// The members of a header that is a list, in lower case.
private func words(_ values: [String]) -> [String] {
  values.joined(separator: ",").lowercased().split(separator: ",")
    .map { $0.trimmed }.filter { !$0.isEmpty }
}

extension StringProtocol {
  /// Itself without the blanks around it.
  fileprivate var trimmed: String { trimming(" \t") }

  /// Itself without some characters around it.
  fileprivate func trimming(_ characters: String) -> String {
    let rest = drop { characters.contains($0) }
    let end = rest.lastIndex { !characters.contains($0) }
    return end.map { String(rest[...$0]) } ?? ""
  }
}

extension ServiceError {
  /// Status 413.
  static func bodyTooLarge(_ limits: ServiceLimits) -> ServiceError {
    ServiceError(
      status: .contentTooLarge, type: "invalid_request",
      message: "the body has more than \(limits.bodyByteCount) bytes",
      headers: [.connection: "close"])
  }
}
#endif
