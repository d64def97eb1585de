import CMicroGPTSystem
import MicroGPTFormat

/// A stream that takes bytes as they come: standard output, a pipe, a device.
public final class ByteStream: Sendable {
  /// Standard output.
  public static let standardOutput = ByteStream(
    name: "standard output", descriptor: 1)

  /// The stream in words.
  public let name: String
  private let descriptor: Int32

  private init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  /// Opens a device, a pipe, or a descriptor by its name, as `/dev/stdout`.
  ///
  /// - Parameter path: The stream.
  /// - Throws: ``CommandFailure`` if it cannot be opened.
  convenience init(opening path: String) throws(CommandFailure) {
    let result = mgpt_open_stream(path)
    guard result >= 0 else {
      let error = SystemError(operation: "open", path: path, code: -result)
      throw .cannotCreate("\(path): \(error)")
    }
    self.init(name: path, descriptor: result)
  }

  deinit {
    if descriptor > 2 { mgpt_close(descriptor) }
  }

  /// Writes bytes at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``CommandFailure`` if they cannot be written, as on a full disk.
  public func write(
    _ bytes: UnsafeRawBufferPointer
  ) throws(CommandFailure) {
    let result =
      bytes.baseAddress.map { mgpt_write(descriptor, $0, bytes.count) } ?? 0
    guard result < 0 else { return }
    let error = SystemError(operation: "write", path: name, code: -result)
    throw .output("\(name): \(error)")
  }
}
