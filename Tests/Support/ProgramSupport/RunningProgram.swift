import Foundation
import Testing

/// A built program while it runs, for what happens to it meanwhile.
package final class RunningProgram {
  /// The folder it runs in.
  package let folder: Folder
  private let process = Process()
  private let outputFile: URL
  private let diagnosticsFile: URL

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - name: The program.
  ///   - arguments: Its arguments.
  ///   - folder: The folder to run in.
  ///   - input: Its standard input; nothing by default.
  ///   - other: Its standard output, if it does not go to ``output``.
  ///   - additions: Environment variables beside those of the tests.
  /// - Throws: An error if it cannot be started.
  package init(
    _ name: String, _ arguments: [String], in folder: Folder,
    input: Pipe? = nil, output other: Any? = nil,
    environment additions: [String: String] = [:]
  ) throws {
    self.folder = folder
    outputFile = folder.hidden("stdout")
    diagnosticsFile = folder.hidden("stderr")
    for file in [outputFile, diagnosticsFile] { try Data().write(to: file) }
    process.executableURL = try Program.url(name)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging(additions)
    { $1 }
    process.standardInput = input ?? FileHandle.nullDevice as Any
    process.standardOutput = try other ?? FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: diagnosticsFile)
    // Tests may run in the background of a shell, which ignores them.
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Whether it has not ended yet.
  package var isRunning: Bool { process.isRunning }

  /// What it has written to standard output so far.
  package var output: String { get throws { try text(outputFile) } }

  /// What it has written to standard error so far.
  package var diagnostics: String { get throws { try text(diagnosticsFile) } }

  private func text(_ file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }

  /// Waits until it has said something on standard error.
  package func wait(for words: String) throws {
    var said = try diagnostics
    while !said.contains(words) {
      try #require(process.isRunning, "it ended: \(said)")
      usleep(2000)
      said = try diagnostics
    }
  }

  /// Sends a signal.
  package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end: the exit code, or minus the signal that ended it.
  package func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }
}
