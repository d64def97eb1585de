import CMicroGPT
import MicroGPTFormat
import MicroGPTSampler

/// The reason for a failed call, as C gets it.
struct Failure: Error {
  let status: microgpt_status
  /// One clause.
  let message: String

  static func argument(_ message: String) -> Failure {
    Failure(status: MICROGPT_ERROR_ARGUMENT, message: message)
  }

  /// A null pointer where there must be none.
  static func null(_ name: String) -> Failure { argument("\(name) is NULL") }

  /// A buffer that is too small.
  static func bufferTooSmall(_ name: String, found: Int, expected: Int)
    -> Failure
  {
    Failure(
      status: MICROGPT_ERROR_BUFFER_TOO_SMALL,
      message: "\(name) has room for \(found), expected \(expected)")
  }

  init(status: microgpt_status, message: String) {
    self.status = status
    self.message = message
  }

  init(_ error: CheckpointError, _ name: String) {
    status =
      switch error {
      case .format: MICROGPT_ERROR_FORMAT
      case .outOfMemory: MICROGPT_ERROR_MEMORY
      case .notFinite: MICROGPT_ERROR_NOT_FINITE
      default: MICROGPT_ERROR_SYSTEM
      }
    message = "\(name): \(error.description)"
  }

  init(_ error: GenerationError) {
    status =
      switch error {
      case .invalidOption: MICROGPT_ERROR_OPTION
      case .outOfMemory: MICROGPT_ERROR_MEMORY
      case .logitNotFinite: MICROGPT_ERROR_NOT_FINITE
      default: MICROGPT_ERROR_TEXT
      }
    message = error.description
  }
}

/// Checks that there is memory.
///
/// - Parameters:
///   - byteCount: The bytes needed, all copies included.
///   - purpose: What they are needed for.
/// - Throws: ``Failure`` if they are not available.
func checkMemory(_ byteCount: Int, for purpose: String) throws(Failure) {
  do throws(OutOfMemory) {
    try OutOfMemory.check(byteCount, for: purpose)
  } catch {
    throw Failure(GenerationError.outOfMemory(error))
  }
}

/// Does what may fail as the library does.
///
/// - Parameter body: What is to be done.
/// - Returns: What it returns.
/// - Throws: ``Failure`` for what it throws.
func asked<Result>(
  _ body: () throws(GenerationError) -> Result
) throws(Failure) -> Result {
  do throws(GenerationError) { return try body() } catch {
    throw Failure(error)
  }
}

/// Does what a C function is to do, and tells how it went.
///
/// - Parameters:
///   - error: Where to; `nil` for nowhere.
///   - body: What is to be done.
/// - Returns: The status.
func attempt(
  _ error: UnsafeMutablePointer<microgpt_error>?,
  _ body: () throws(Failure) -> Void
) -> microgpt_status {
  do {
    try body()
    write("", to: error)
    return MICROGPT_OK
  } catch let failure {
    write(failure.message, to: error)
    return failure.status
  }
}

/// Writes a message, cut between characters where it is too long.
private func write(
  _ message: String, to error: UnsafeMutablePointer<microgpt_error>?
) {
  guard let error else { return }
  let buffer = UnsafeMutableRawBufferPointer(
    start: error, count: MemoryLayout<microgpt_error>.size)
  var length = 0
  for scalar in message.unicodeScalars {
    let width = UTF8.width(scalar)
    // A zero byte would end the message early.
    guard length + width < buffer.count, scalar != "\0" else { break }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
      buffer[length] = byte
      length += 1
    }
  }
  buffer[length] = 0
}
