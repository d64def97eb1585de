import ArgumentParser
import CMicroGPTSystem
import MicroGPTFormat
import MicroGPTText

/// A program of the package: what its arguments are and how it ends.
public protocol Program: ParsableCommand {
  /// The arguments in effect, by default those that were given.
  ///
  /// - Parameter given: The command line without the program's name.
  /// - Returns: What is parsed.
  /// - Throws: ``CommandFailure`` if they name a file that cannot be read.
  static func arguments(
    _ given: [String]
  ) throws(CommandFailure) -> [String]
}

/// A command whose failures end in one sentence and a meaningful exit code.
public protocol Command: Program {
  /// Does the work.
  func execute() throws
}

extension Command {
  /// Does the work.
  ///
  /// - Throws: What ends the program.
  public func run() throws { try execute() }
}

extension Program {
  /// Returns the arguments as they are.
  ///
  /// - Parameter given: The command line without the program's name.
  /// - Returns: The same.
  /// - Throws: Nothing.
  public static func arguments(
    _ given: [String]
  ) throws(CommandFailure) -> [String] { given }

  /// Runs the program and reports what ends it.
  public static func main() {
    mgpt_prepare_process(programName)
    mgpt_unblock_signals()
    do {
      // So that the first large piece is not the last memory: what is small
      // cannot fail in order.
      try OutOfMemory.check(memoryToBegin, for: "the program")
      var command = try parseAsRoot(arguments(givenArguments()))
      try command.run()
    } catch let failure as CommandFailure {
      end(with: failure)
    } catch let error as OutOfMemory {
      end(with: .memory("\(error)"))
    } catch CheckpointError.outOfMemory(let error) {
      end(with: .memory("\(error)"))
    } catch {
      end(with: error)
    }
  }

  /// What a program needs before it comes to anything large, in bytes.
  private static var memoryToBegin: Int { 4 << 20 }

  /// The command line without the program's name.
  ///
  /// - Throws: ``CommandFailure`` for what is not UTF-8, as
  ///   `CommandLine.arguments` repairs it: a repaired path is another path.
  private static func givenArguments() throws(CommandFailure) -> [String] {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[index],
        String(validatingCString: argument) == nil
      else { continue }
      var count = 0
      while argument[count] != 0 { count += 1 }
      let bytes = UnsafeRawBufferPointer(start: argument, count: count)
      throw .usage(
        "the argument \(quoted(bytes: bytes)) is not UTF-8, expected UTF-8; if"
          + " it names a file, rename it, or where - stands for standard input"
          + " redirect it, as in “--data - < FILE”")
    }
    return Array(CommandLine.arguments.dropFirst())
  }

  private static func end(with failure: CommandFailure) -> Never {
    // A signal is no error.
    let word = failure.code > 128 ? "" : "error: "
    for sentence in failure.sentences {
      StandardError.write(
        "\(programName): \(word)\(escapingControls(sentence))\n")
    }
    exit(withError: ExitCode(failure.code))
  }

  /// Ends with what the argument parser has to say: help, the version or a
  /// script on standard output, what is wrong with arguments on standard error.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code == .success {
      do throws(CommandFailure) {
        if !text.isEmpty { try StandardOutput.write(text + "\n") }
      } catch {
        end(with: error)
      }
    } else if !text.isEmpty {
      StandardError.write(withoutControlsOfArguments(text, error) + "\n")
    }
    exit(withError: code)
  }

  /// The text of an error, whose message quotes arguments as they are.
  private static func withoutControlsOfArguments(
    _ text: String, _ error: any Error
  ) -> String {
    let words = message(for: error)
    let isSafe = CommandLine.arguments.allSatisfy { escapingControls($0) == $0 }
    guard !isSafe, !words.isEmpty else { return text }
    return text.replacing(
      words, with: escapingControls(words), maxReplacements: 1)
  }

  private static var programName: String {
    CommandLine.arguments.first.map { path in
      lastComponent(ofPath: path) ?? path
    } ?? "mgpt"
  }
}
