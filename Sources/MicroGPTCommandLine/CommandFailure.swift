import CMicroGPTSystem
import MicroGPTFormat

/// A failure that ends a program: one sentence and an exit code.
public struct CommandFailure: Error {
  /// What is said on standard error, without the program's name.
  public let message: String
  /// The exit code, one of those of sysexits.h.
  public let code: Int32
  /// The messages of further failures, a sentence each.
  private var others: [String] = []

  private init(message: String, code: Int32) {
    self.message = message
    self.code = code
  }

  /// Everything that is said: the message and those of further failures.
  var sentences: [String] { [message] + others }

  /// The arguments make no sense: 64.
  ///
  /// - Parameter message: What is wrong with them.
  /// - Returns: The failure.
  public static func usage(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 64)
  }

  /// Does what fails where the arguments or the environment make no sense: 64.
  ///
  /// - Parameter body: What is done.
  /// - Throws: The failure, with what the error of the body says.
  public static func usage<Failure: Error>(
    _ body: () throws(Failure) -> Void
  ) throws(CommandFailure) {
    do { try body() } catch { throw .usage("\(error)") }
  }

  /// The input is damaged, or not what it should be: 65.
  ///
  /// - Parameter message: What is wrong with it.
  /// - Returns: The failure.
  public static func data(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 65)
  }

  /// The input cannot be opened or read: 66.
  ///
  /// - Parameter message: What is wrong with it.
  /// - Returns: The failure.
  public static func noInput(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 66)
  }

  /// Something that is asked for is not to be had, as a port in use or a
  /// server in a build without one: 69.
  ///
  /// - Parameter message: What it is.
  /// - Returns: The failure.
  public static func unavailable(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 69)
  }

  /// There is too little memory: 71.
  ///
  /// - Parameter message: What for, and how much would be needed.
  /// - Returns: The failure.
  public static func memory(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 71)
  }

  /// The output cannot be created: 73.
  ///
  /// - Parameter message: Why.
  /// - Returns: The failure.
  public static func cannotCreate(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 73)
  }

  /// The output cannot be written to its end: 74.
  ///
  /// - Parameter message: Why.
  /// - Returns: The failure.
  public static func output(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 74)
  }

  /// A signal asked the program to end: 128 and its number.
  ///
  /// - Parameters:
  ///   - number: The signal's.
  ///   - message: What was done before the end.
  /// - Returns: The failure.
  public static func signal(
    _ number: Int32, _ message: String
  ) -> CommandFailure {
    CommandFailure(message: message, code: 128 + number)
  }
}

extension CommandFailure {
  /// The same failure with more to say.
  ///
  /// - Parameter words: What is put behind the message.
  /// - Returns: The failure.
  public func adding(_ words: String) -> CommandFailure {
    CommandFailure(message: message + words, code: code)
  }

  /// Several failures as one, a line each, with the code of the first.
  ///
  /// - Parameter failures: The failures.
  /// - Returns: The failure; `nil` if there are none.
  public static func all(_ failures: [CommandFailure]) -> CommandFailure? {
    guard var first = failures.first else { return nil }
    first.others += failures.dropFirst().flatMap(\.sentences)
    return first
  }

  /// What to say of a checkpoint that cannot be read.
  ///
  /// - Parameters:
  ///   - error: Why.
  ///   - path: The file, as the user named it.
  /// - Returns: The failure, with what to run where the file is something else.
  public static func reading(
    _ error: CheckpointError, _ path: String
  ) -> CommandFailure {
    switch error {
    case .format(let format) where format.reason == .notACheckpoint:
      .data(
        "\(path): this is not a checkpoint: \(format)"
          + hint(forFileAt: path))
    case .format, .notFinite: .data("\(path): \(error)")
    case .outOfMemory: .memory("\(path): \(error)")
    default: .noInput("\(path): \(error)")
    }
  }

  /// What to say of a checkpoint that cannot be written.
  ///
  /// - Parameters:
  ///   - error: Why.
  ///   - path: The file, as the user named it.
  /// - Returns: The failure, with the option that would let it pass.
  public static func writing(
    _ error: CheckpointError, _ path: String
  ) -> CommandFailure {
    switch error {
    case .targetExists:
      .cannotCreate(
        "\(path): the file exists already; --force replaces it")
    case .format, .notFinite: .data("\(path): \(error)")
    case .outOfMemory: .memory("\(path): \(error)")
    case .system(let system) where system.code == mgpt_error_name_too_long:
      // The partial file has a longer name than the one that was given.
      .cannotCreate("\(system.path): \(error)")
    case .system(let system) where system.operation != "create":
      .output("\(path): \(error)")
    default: .cannotCreate("\(path): \(error)")
    }
  }

  /// What to run on a file that is no checkpoint, judged by its first bytes.
  private static func hint(forFileAt path: String) -> String {
    // A stream was read already, and does not begin anew.
    guard mgpt_is_stream(path) == 0,
      let start = try? InputFile.read(path, atMost: 4096),
      let first = start.first(where: { !" \t\r\n".utf8.contains($0) })
    else { return "" }
    if first == UInt8(ascii: "{") {
      return "; if it is the JSON form of one, “mgpt-convert"
        + " \(shellWord(path)) OUTPUT.mgpt --from json” turns it into one"
    }
    let isText = start.allSatisfy { $0 >= 0x20 || "\t\r\n".utf8.contains($0) }
    return isText
      ? "; if it is a text to train on, “mgpt-train --data \(shellWord(path))” does so"
      : ""
  }
}
