import CMicroGPTSystem

/// A call to the operating system that failed.
public struct SystemError: Error, Sendable, Hashable {
  /// What was being done, as a verb: `open`, `read`, `write`, `replace`.
  public let operation: String
  /// The file that it was done to.
  public let path: String
  /// The value of errno.
  public let code: Int32

  /// Creates an error from what a call returned.
  ///
  /// - Parameters:
  ///   - operation: What was being done.
  ///   - path: The file that it was done to.
  ///   - code: The value of errno.
  public init(operation: String, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// Gives a system call's result back, or throws its error.
  ///
  /// - Parameters:
  ///   - result: 0 or more, or errno negated.
  ///   - operation: What was being done.
  ///   - path: The file that it was done to.
  /// - Returns: The result.
  /// - Throws: ``SystemError`` if the result is negative.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ result: Result, _ operation: String, _ path: String
  ) throws(SystemError) -> Result {
    guard result >= 0 else {
      throw SystemError(
        operation: operation, path: path,
        code: Int32(truncatingIfNeeded: 0 - result))
    }
    return result
  }

  /// What the error code means, in words, as `No such file or directory`.
  public var explanation: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
      guard let start = text.baseAddress else { return "error \(code)" }
      mgpt_describe_error(code, start, text.count)
      return String(cString: start)
    }
  }
}

extension SystemError: CustomStringConvertible {
  /// The error as one clause, which names the part of the path that is at
  /// fault where it is not the file itself.
  public var description: String {
    "cannot \(operation): \(faultInPath(path, code: code) ?? explanation)"
  }
}
