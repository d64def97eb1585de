// Names as in microgpt.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CMicroGPT
import MicroGPTSampler

/// Writes what the library computes of a text, a number each, to a buffer of C.
///
/// - Parameters:
///   - handle: The model.
///   - string: The text.
///   - output: The buffer.
///   - capacity: The size of the buffer in numbers.
///   - count: Set to their number, even if the buffer is too small.
///   - name: The name of the buffer in errors.
///   - numbers: Computes them.
/// - Throws: ``Failure`` if the buffer is too small, or the library throws.
private func writeNumbers<Number>(
  _ handle: OpaquePointer?, _ string: UnsafePointer<CChar>?,
  _ output: UnsafeMutablePointer<Number>?, _ capacity: Int,
  _ count: UnsafeMutablePointer<Int>?, _ name: String,
  _ numbers: (LanguageModel, String) throws(GenerationError) -> [Number]
) throws(Failure) {
  guard let count else { throw .null("count") }
  guard string != nil else { throw .null("text") }
  _ = try buffer(UnsafePointer(output), capacity, name)
  let model = try model(handle)
  let text = try text(string, "text")
  let numbers = try asked { () throws(GenerationError) in
    try numbers(model, text)
  }
  count.pointee = numbers.count
  guard numbers.count <= capacity else {
    throw .bufferTooSmall(name, found: capacity, expected: numbers.count)
  }
  for (index, number) in numbers.enumerated() {
    output?[index] = number
  }
}

/// The tokens of a text.
///
/// - Parameters:
///   - handle: The model.
///   - string: The text.
///   - tokens: A buffer for them.
///   - capacity: The size of the buffer in numbers.
///   - count: Set to their number, even if the buffer is too small.
///   - error: Is set to why there are none.
/// - Returns: The status.
@c @implementation
public func microgpt_model_encode(
  _ handle: OpaquePointer?, _ string: UnsafePointer<CChar>?,
  _ tokens: UnsafeMutablePointer<UInt32>?, _ capacity: Int,
  _ count: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  attempt(error) { () throws(Failure) in
    try writeNumbers(handle, string, tokens, capacity, count, "tokens") {
      model, text throws(GenerationError) in
      try model.encode(text).map { UInt32($0) }
    }
  }
}

/// The text of tokens.
///
/// - Parameters:
///   - handle: The model.
///   - tokens: The tokens.
///   - count: Their number.
///   - string: A buffer for the text.
///   - capacity: Its size in bytes.
///   - length: Is set to the length of the text in bytes.
///   - error: Is set to why there is none.
/// - Returns: The status.
@c @implementation
public func microgpt_model_decode(
  _ handle: OpaquePointer?, _ tokens: UnsafePointer<UInt32>?, _ count: Int,
  _ string: UnsafeMutablePointer<CChar>?, _ capacity: Int,
  _ length: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  attempt(error) { () throws(Failure) in
    let model = try model(handle)
    let tokens = try buffer(tokens, count, "tokens")
    _ = try buffer(UnsafePointer(string), capacity, "text")
    try checkMemory(
      tokens.count.multipliedReportingOverflow(by: 24).partialValue,
      for: "a text")
    let text = model.decode(tokens.map { Int($0) })
    length?.pointee = text.utf8.count
    guard let string, text.utf8.count < capacity else {
      throw .bufferTooSmall(
        "text", found: capacity, expected: text.utf8.count + 1)
    }
    write(text, to: string)
  }
}

/// The log-probabilities of a text.
///
/// - Parameters:
///   - handle: The model.
///   - string: The text.
///   - logProbabilities: A buffer for them.
///   - capacity: The size of the buffer in numbers.
///   - count: Set to their number, even if the buffer is too small.
///   - error: Is set to why there are none.
/// - Returns: The status.
@c @implementation
public func microgpt_model_score(
  _ handle: OpaquePointer?, _ string: UnsafePointer<CChar>?,
  _ logProbabilities: UnsafeMutablePointer<Double>?, _ capacity: Int,
  _ count: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  attempt(error) { () throws(Failure) in
    try writeNumbers(
      handle, string, logProbabilities, capacity, count, "log_probabilities"
    ) { model, text throws(GenerationError) in
      let score = try model.score(text)
      return score.logProbabilities
        + (score.endLogProbability.map { [$0] } ?? [])
    }
  }
}
