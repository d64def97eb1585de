// Names as in microgpt.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CMicroGPT
import MicroGPTSampler

/// The text of a handle.
private func text(_ handle: OpaquePointer?) -> CharacterSequence? {
  handle.map {
    Unmanaged<CharacterSequence>.fromOpaque(UnsafeRawPointer($0))
      .takeUnretainedValue()
  }
}

/// Generates a text.
///
/// - Parameters:
///   - handle: The model.
///   - prompt: The beginning.
///   - options: How to generate.
///   - index: The number of the text among those of a seed.
///   - string: Is set to the text.
///   - length: Is set to its length in bytes.
///   - error: Is set to why it cannot be generated.
/// - Returns: The status.
@c @implementation
public func microgpt_model_generate(
  _ handle: OpaquePointer?, _ prompt: UnsafePointer<CChar>?,
  _ options: UnsafePointer<microgpt_options>?, _ index: UInt64,
  _ string: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ length: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  string?.pointee = nil
  return attempt(error) { () throws(Failure) in
    guard let string else { throw .null("text") }
    let model = try model(handle)
    let prompt = try text(prompt, "prompt")
    let options = try GenerationOptions(options, mustEnd: true)
    let sample = try asked { () throws(GenerationError) in
      try model.generate(prompt: prompt, options: options, index: index)
    }
    string.pointee = try copy(sample.text, length: length)
  }
}

/// Generates many texts together.
///
/// - Parameters:
///   - handle: The model.
///   - prompts: Their beginnings.
///   - count: The number of texts.
///   - options: How to generate.
///   - firstIndex: The index of the first text.
///   - texts: Are set to the texts.
///   - error: Is set to why they cannot be generated.
/// - Returns: The status.
@c @implementation
public func microgpt_model_generate_many(
  _ handle: OpaquePointer?,
  _ prompts: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
  _ options: UnsafePointer<microgpt_options>?, _ firstIndex: UInt64,
  _ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  attempt(error) { () throws(Failure) in
    _ = try buffer(UnsafePointer(texts), count, "texts")
    guard let texts, count > 0 else { return }
    texts.update(repeating: nil, count: count)
    let model = try model(handle)
    var options = try GenerationOptions(options, mustEnd: true)
    options.seed = options.seed ?? GenerationOptions.drawSeed()
    var done = 0
    do throws(Failure) {
      // However many there are, few are in the making at a time.
      while done < count {
        let part = min(count - done, 4_096)
        var beginnings: [String] = []
        for index in done..<done + part {
          beginnings.append(try text(prompts?[index], "a prompt"))
        }
        let samples = try asked { () throws(GenerationError) in
          try model.generate(
            prompts: beginnings, options: options,
            firstIndex: firstIndex &+ UInt64(done))
        }
        for sample in samples {
          texts[done] = try copy(sample.text)
          done += 1
        }
      }
    } catch {
      for index in 0..<done { texts[index]?.deallocate() }
      texts.update(repeating: nil, count: done)
      throw error
    }
  }
}

/// Begins a text.
///
/// - Parameters:
///   - handle: The model.
///   - prompt: The beginning.
///   - options: How to generate.
///   - index: The number of the text among those of a seed.
///   - text: Is set to a handle.
///   - error: Is set to why it cannot be generated.
/// - Returns: The status.
@c @implementation
public func microgpt_text_begin(
  _ handle: OpaquePointer?, _ prompt: UnsafePointer<CChar>?,
  _ options: UnsafePointer<microgpt_options>?, _ index: UInt64,
  _ text: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  text?.pointee = nil
  return attempt(error) { () throws(Failure) in
    guard let handleOfText = text else { throw .null("text") }
    let model = try model(handle)
    let prompt = try MicroGPTCLibrary.text(prompt, "prompt")
    let options = try GenerationOptions(options, mustEnd: false)
    let text = try asked { () throws(GenerationError) in
      try model.characters(prompt: prompt, options: options, index: index)
    }
    handleOfText.pointee = OpaquePointer(
      Unmanaged.passRetained(text).toOpaque())
  }
}

/// Makes the next character of a text.
///
/// - Parameters:
///   - handle: The text.
///   - character: Is set to the character.
///   - error: Is set to why there is none.
/// - Returns: The status; `MICROGPT_DONE` if the text has ended.
@c @implementation
public func microgpt_text_next(
  _ handle: OpaquePointer?,
  _ character: UnsafeMutablePointer<microgpt_character>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  var hasEnded = false
  let status = attempt(error) { () throws(Failure) in
    guard let text = text(handle) else { throw .null("text") }
    guard let next = text.next() else {
      if let failure = text.failure { throw Failure(failure) }
      hasEnded = true
      return
    }
    guard let character else { return }
    var made = microgpt_character()
    made.log_probability = next.logProbability ?? .nan
    made.character = next.scalar.value
    made.token = UInt32(next.token)
    withUnsafeMutableBytes(of: &made.utf8) { bytes in
      // The bytes after it are zero.
      let encoded = UTF8.encode(next.scalar) ?? UTF8.encodedReplacementCharacter
      for (index, byte) in encoded.enumerated() { bytes[index] = byte }
    }
    character.initialize(to: made)
  }
  return hasEnded ? MICROGPT_DONE : status
}

/// Why a text ended.
///
/// - Parameter handle: The text.
/// - Returns: The reason.
@c @implementation
public func microgpt_text_finish_reason(_ handle: OpaquePointer?)
  -> microgpt_finish_reason
{
  switch text(handle)?.sample.finishReason {
  case .stop: MICROGPT_FINISH_STOP
  case .length: MICROGPT_FINISH_LENGTH
  case .stopString: MICROGPT_FINISH_STOP_STRING
  case .cancelled, nil: MICROGPT_FINISH_NONE
  }
}

/// The seed of a text.
///
/// - Parameter handle: The text.
/// - Returns: 0 for no text.
@c @implementation
public func microgpt_text_seed(_ handle: OpaquePointer?) -> UInt64 {
  text(handle)?.seed ?? 0
}

/// The prompt of a text and the characters that were made.
///
/// - Parameters:
///   - handle: The text.
///   - string: Is set to it.
///   - length: Is set to its length in bytes.
///   - error: Is set to why there is none.
/// - Returns: The status.
@c @implementation
public func microgpt_text_string(
  _ handle: OpaquePointer?,
  _ string: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ length: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<microgpt_error>?
) -> microgpt_status {
  string?.pointee = nil
  return attempt(error) { () throws(Failure) in
    guard let string else { throw .null("string") }
    guard let text = text(handle) else { throw .null("text") }
    string.pointee = try copy(text.sample.text, length: length)
  }
}

/// Ends a text.
///
/// - Parameter handle: The text.
@c @implementation
public func microgpt_text_free(_ handle: OpaquePointer?) {
  guard let handle else { return }
  Unmanaged<CharacterSequence>.fromOpaque(UnsafeRawPointer(handle)).release()
}
