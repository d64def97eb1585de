// Names as in microgpt.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CMicroGPT
import MicroGPTFormat

/// A text of C's; an empty one for `nil`.
///
/// - Parameters:
///   - pointer: UTF-8, ended by a zero byte.
///   - name: What it is called in errors.
/// - Returns: The text.
/// - Throws: ``Failure`` if it is ill-formed.
func text(
  _ pointer: UnsafePointer<CChar>?, _ name: String
) throws(Failure) -> String {
  guard let pointer else { return "" }
  var bytes = UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
  let start = bytes
  var decoder = UTF8()
  var iterator = ZeroTerminated(start: bytes)
  while true {
    switch decoder.decode(&iterator) {
    case .scalarValue(let scalar): bytes += UTF8.width(scalar)
    case .emptyInput:
      try checkMemory(bytes - start, for: name)
      let text = UnsafeBufferPointer(start: start, count: bytes - start)
      return String(decoding: text, as: UTF8.self)
    case .error:
      throw .argument(
        "\(name) is not UTF-8 at byte \(bytes - start), expected well-formed"
          + " UTF-8")
    }
  }
}

/// The bytes up to a zero byte.
private struct ZeroTerminated: IteratorProtocol {
  var start: UnsafePointer<UInt8>

  mutating func next() -> UInt8? {
    guard start.pointee != 0 else { return nil }
    defer { start += 1 }
    return start.pointee
  }
}

/// A copy of a text for C to free with `microgpt_free`, ended by a zero byte.
///
/// - Parameters:
///   - text: The text.
///   - length: Is set to its length in bytes.
/// - Returns: The copy.
/// - Throws: ``Failure`` if memory is lacking.
func copy(
  _ text: String, length: UnsafeMutablePointer<Int>? = nil
) throws(Failure) -> UnsafeMutablePointer<CChar> {
  let count = text.utf8.count
  try checkMemory(count, for: "a text")
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: count + 1)
  write(text, to: copy)
  length?.pointee = count
  return copy
}

/// Writes a text and a zero byte after it, for which there must be memory.
func write(_ text: String, to start: UnsafeMutablePointer<CChar>) {
  var next = start
  for byte in text.utf8 {
    next.initialize(to: CChar(bitPattern: byte))
    next += 1
  }
  next.initialize(to: 0)
}

/// The version of the library.
///
/// - Returns: A string that is always there.
@c @implementation
public func microgpt_version() -> UnsafePointer<CChar>! {
  UnsafeRawPointer(Version.package.utf8Start)
    .assumingMemoryBound(to: CChar.self)
}

/// Frees what was allocated for the caller.
///
/// - Parameter memory: What is to be freed.
@c @implementation
public func microgpt_free(_ memory: UnsafeMutableRawPointer?) {
  memory?.deallocate()
}
