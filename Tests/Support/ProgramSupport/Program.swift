import Foundation
import Testing

/// A built program, run as a user runs it.
package enum Program {
  package struct Outcome {
    package let code: Int32
    package let output: String
    package let diagnostics: String
  }

  /// The service; empty without the trait, as it then opens no file.
  package static var server: [String] {
    #if Server
    ["mgpt-serve"]
    #else
    []
    #endif
  }

  /// The folder of the built programs: that of the test bundle.
  private static let folder: URL = {
    let bundles = Bundle.allBundles.map(\.bundleURL)
    let bundle =
      bundles.first { $0.pathExtension == "xctest" }
      ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return bundle.pathExtension == "xctest"
      || bundle.lastPathComponent.hasSuffix("xctest")
      ? bundle.deletingLastPathComponent() : bundle
  }()

  /// Where a program lies.
  package static func url(_ name: String) throws -> URL {
    let url = folder.appending(path: name)
    try #require(
      FileManager.default.isExecutableFile(atPath: url.path),
      "no program at \(url.path)")
    return url
  }

  /// Runs a program in a folder to its end.
  package static func run(
    _ name: String, _ arguments: [String], in folder: Folder,
    input: Data? = nil, output: FileHandle? = nil,
    environment additions: [String: String] = [:]
  ) throws -> Outcome {
    try run(
      url(name), arguments, in: folder, input: input, output: output,
      environment: additions)
  }

  /// Runs a line of the shell, as one that sets a limit.
  package static func runShell(
    _ line: String, _ arguments: [String], in folder: Folder,
    input: Data? = nil
  ) throws -> Outcome {
    try run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", line] + arguments, in: folder,
      input: input)
  }

  private static func run(
    _ program: URL, _ arguments: [String], in folder: Folder, input: Data?,
    output: FileHandle? = nil, environment additions: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    var environment = ProcessInfo.processInfo.environment
    environment["COLUMNS"] = "80"
    process.environment = environment.merging(additions) { $1 }

    // Files, not pipes: nothing to drain while it runs.
    let outputFile = folder.hidden("stdout")
    let diagnosticsFile = folder.hidden("stderr")
    for file in [outputFile, diagnosticsFile] {
      try Data().write(to: file)
    }
    process.standardOutput =
      try output ?? FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: diagnosticsFile)
    if let input {
      let file = folder.hidden("stdin")
      try input.write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
      diagnostics: String(
        decoding: try Data(contentsOf: diagnosticsFile), as: UTF8.self))
  }
}

/// The lines of a text, without the empty one behind its end.
package func lines(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    .dropLast(text.hasSuffix("\n") ? 1 : 0)
}
