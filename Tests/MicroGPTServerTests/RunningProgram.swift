import Foundation
import Testing

/// The built mgpt-serve, run as a user runs it, in a folder of its own.
final class RunningProgram {
  let folder: URL
  private let process = Process()

  /// Starts the program in a new folder, once it is filled.
  init(
    _ arguments: [String], environment: [String: String] = [:],
    filling: (URL) throws -> Void = { _ in }
  ) throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-serve-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    try filling(folder)
    process.executableURL = try Self.url
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.newFile(folder.appending(path: "stdout"))
    process.standardError = try Self.newFile(folder.appending(path: "stderr"))
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  private static func newFile(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  /// Where the program lies: beside the test bundle.
  private static var url: URL {
    get throws {
      let bundle =
        Bundle.allBundles.map(\.bundleURL)
        .first { $0.pathExtension == "xctest" }
        ?? URL(fileURLWithPath: CommandLine.arguments[0])
      let folders = [bundle, bundle.deletingLastPathComponent()]
      return try #require(
        folders.map { $0.appending(path: "mgpt-serve") }
          .first { FileManager.default.isExecutableFile(atPath: $0.path) })
    }
  }

  /// What it has written to standard output so far.
  var output: String { text("stdout") }

  /// What it has written to standard error so far.
  var diagnostics: String { text("stderr") }

  private func text(_ name: String) -> String {
    let data = try? Data(contentsOf: folder.appending(path: name))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// Waits until it serves: a client of it.
  func client() async throws -> Client {
    while !diagnostics.hasSuffix("\n") && process.isRunning {
      try await Task.sleep(for: .milliseconds(10))
    }
    let port = diagnostics.dropLast().split(separator: ":").last
    return Client(
      port: try #require(port.flatMap { Int($0) }, "\(diagnostics)"))
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end: the exit code; nothing if a signal killed it.
  func exitCode() async throws -> Int32? {
    while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    return process.terminationReason == .exit ? process.terminationStatus : nil
  }
}
