import ArgumentParser
import CMicroGPTSystem
import MicroGPTFormat

/// A failure that ends a program: one sentence and an exit code.
public struct CommandFailure: Error {
  /// What is said on standard error, without the program's name.
  public let message: String
  /// The exit code, one of those of sysexits.h.
  public let code: Int32

  /// The arguments make no sense: 64.
  ///
  /// - Parameter message: What is wrong with them.
  /// - Returns: The failure.
  public static func usage(_ message: String) -> CommandFailure {
    CommandFailure(message: message, code: 64)
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
    guard let first = failures.first else { return nil }
    return CommandFailure(
      message: failures.map(\.message).joined(separator: "\n"),
      code: first.code)
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
    case .system(let system) where system.operation != "create":
      .output("\(path): \(error)")
    default: .cannotCreate("\(path): \(error)")
    }
  }

  /// What to run on a file that is no checkpoint, judged by its first bytes.
  private static func hint(forFileAt path: String) -> String {
    guard let start = try? InputFile.read(path, atMost: 4096),
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

/// A command whose failures end in one sentence and a meaningful exit code.
public protocol Command: ParsableCommand {
  /// Does the work.
  func execute() throws
}

extension Command {
  /// Does the work and reports a failure.
  ///
  /// - Throws: The exit code of the failure.
  public func run() throws {
    try Self.reportingFailure { try execute() }
  }

  /// Does some work of the program's and reports a failure.
  ///
  /// - Parameter work: The work.
  /// - Returns: What it returns.
  /// - Throws: The exit code of the failure.
  public static func reportingFailure<Result>(
    _ work: () throws -> Result
  ) throws -> Result {
    mgpt_prepare_process(programName)
    mgpt_unblock_signals()
    do {
      do {
        // So that the first large piece is not the last memory: what is small
        // cannot fail in order.
        try OutOfMemory.check(memoryToBegin, for: "the program")
        return try work()
      } catch let error as OutOfMemory {
        throw CommandFailure.memory("\(error)")
      } catch CheckpointError.outOfMemory(let error) {
        throw CommandFailure.memory("\(error)")
      }
    } catch let failure as CommandFailure {
      // A signal is no error.
      let word = failure.code > 128 ? "" : "error: "
      for sentence in failure.message.split(separator: "\n") {
        StandardError.write("\(programName): \(word)\(sentence)\n")
      }
      throw ExitCode(failure.code)
    }
  }

  /// What a program needs before it comes to anything large, in bytes.
  private static var memoryToBegin: Int { 4 << 20 }

  private static var programName: String {
    CommandLine.arguments.first.map { path in
      path.split(separator: "/").last.map(String.init) ?? path
    } ?? "mgpt"
  }
}
