// Names as in microgpt.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CMicroGPT
import MicroGPTSampler

/// Sets options to what they are at first.
///
/// - Parameters:
///   - options: The options.
///   - size: Their size for the caller.
///   - error: Is set to why they cannot be set.
/// - Returns: The status.
@c @implementation
public func microgpt_options_init(
  _ options: UnsafeMutablePointer<microgpt_options>?, _ size: Int,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  attempt(error) { () throws(Failure) in
    guard let options else { throw .null("options") }
    try check(size: size)
    let defaults = GenerationOptions()
    var first = microgpt_options()
    first.size = size
    first.seed = GenerationOptions.drawSeed()
    first.temperature = defaults.temperature
    first.top_p = defaults.topP
    first.min_p = defaults.minP
    first.repetition_penalty = defaults.repetitionPenalty
    first.top_k = .max
    first.maximum_length = .max
    options.initialize(to: first)
  }
}

private func check(size: Int) throws(Failure) {
  let expected = MemoryLayout<microgpt_options>.size
  guard size == expected else {
    throw .argument(
      "the size of options is \(UInt(bitPattern: size)), expected \(expected),"
        + " set by microgpt_options_init")
  }
}

extension GenerationOptions {
  /// Takes over C's options.
  ///
  /// - Parameters:
  ///   - options: The options; `nil` for the first ones.
  ///   - mustEnd: Whether a text without a maximum length is refused where
  ///     the context slides.
  /// - Throws: ``Failure`` if something is `nil` that must not be, or not
  ///   Unicode.
  init(
    _ options: UnsafePointer<microgpt_options>?, mustEnd: Bool
  ) throws(Failure) {
    guard let options else {
      self.init()
      return
    }
    try check(size: options.pointee.size)
    let given = options.pointee
    self.init(
      seed: given.seed, temperature: given.temperature,
      topK: given.top_k == .max ? nil : Int(clamping: given.top_k),
      topP: given.top_p, minP: given.min_p,
      repetitionPenalty: given.repetition_penalty,
      minimumLength: Int(clamping: given.minimum_length),
      maximumLength: given.maximum_length == .max
        ? nil : Int(clamping: given.maximum_length),
      allowsEmptyText: given.allows_empty_text != 0,
      contextOverflow: given.slides != 0 ? .slide : .stop,
      reportsLogProbabilities: given.reports_log_probabilities != 0)
    if mustEnd, contextOverflow == .slide, maximumLength == nil {
      throw Failure(
        status: MICROGPT_ERROR_OPTION,
        message: "the maximum length is unlimited, expected one where the"
          + " context slides")
    }
    for stop in try buffer(
      given.stop_strings, given.stop_string_count, "stop_strings")
    {
      guard let stop else { throw .null("a stop string") }
      stopStrings.append(try text(stop, "a stop string"))
    }
    bannedCharacters = Array(
      try text(given.banned_characters, "banned_characters").unicodeScalars)
    if let allowed = given.allowed_characters {
      allowedCharacters = Array(
        try text(allowed, "allowed_characters").unicodeScalars)
    }
    for forced in try buffer(
      given.forced_characters, given.forced_character_count,
      "forced_characters")
    {
      guard let scalar = Unicode.Scalar(forced.character) else {
        throw .argument(
          "a forced character is \(forced.character), expected a Unicode"
            + " scalar value")
      }
      guard let position = Int(exactly: forced.position),
        forcedCharacters.updateValue(scalar, forKey: position) == nil
      else {
        throw Failure(
          status: MICROGPT_ERROR_OPTION,
          message: "the place of a forced character is \(forced.position),"
            + " expected one below 2^63 that no other has")
      }
    }
  }
}
