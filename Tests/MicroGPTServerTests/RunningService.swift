import Foundation
@_exported import ProgramSupport
import Testing

/// The built mgpt-serve, run as a user runs it, in a folder of its own.
extension RunningProgram {
  /// Starts the service in a new folder, once it is filled.
  convenience init(
    _ arguments: [String], environment: [String: String] = [:],
    filling: (URL) throws -> Void = { _ in }
  ) throws {
    let folder = try Folder()
    try filling(folder.url)
    try self.init(
      "mgpt-serve", arguments, in: folder, environment: environment)
  }

  /// Waits until it serves: a client of it.
  func client() async throws -> Client {
    while try !diagnostics.hasSuffix("\n"), isRunning {
      try await Task.sleep(for: .milliseconds(10))
    }
    let said = try diagnostics
    let port = said.dropLast().split(separator: ":").last
    return Client(port: try #require(port.flatMap { Int($0) }, "\(said)"))
  }

  /// Waits for its end without holding a thread: the exit code, or minus the
  /// signal that ended it.
  func exitCode() async throws -> Int32 {
    while isRunning { try await Task.sleep(for: .milliseconds(10)) }
    return end()
  }
}
