import Foundation
import Testing

/// A built program while it runs, for what happens to it meanwhile.
final class RunningProgram {
  private let process = Process()
  private let diagnosticsFile: URL

  init(
    _ name: String, _ arguments: [String], in folder: Folder,
    input: Pipe? = nil, output: Any = FileHandle.nullDevice,
    environment additions: [String: String] = [:]
  ) throws {
    diagnosticsFile = folder.hidden("stderr")
    try Data().write(to: diagnosticsFile)
    process.executableURL = try Program.url(name)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging(additions)
    { $1 }
    process.standardInput = input ?? FileHandle.nullDevice as Any
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: diagnosticsFile)
    // Tests may run in the background of a shell, which ignores them.
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// What it has said on standard error so far.
  var diagnostics: String {
    get throws {
      String(decoding: try Data(contentsOf: diagnosticsFile), as: UTF8.self)
    }
  }

  /// Waits until it has said something.
  func wait(for words: String) throws {
    var said = try diagnostics
    while !said.contains(words) {
      try #require(process.isRunning, "it ended: \(said)")
      usleep(2000)
      said = try diagnostics
    }
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end: the exit code, or minus the signal that ended it.
  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }
}
