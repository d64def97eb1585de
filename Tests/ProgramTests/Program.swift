import Foundation
import Testing

/// A built program, run as a user runs it.
enum Program {
  struct Outcome {
    let code: Int32
    let output: String
    let diagnostics: String
  }

  /// The service; empty without the trait, as it then opens no file.
  static var server: [String] {
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
  static func url(_ name: String) throws -> URL {
    let url = folder.appending(path: name)
    try #require(
      FileManager.default.isExecutableFile(atPath: url.path),
      "no program at \(url.path)")
    return url
  }

  /// Runs a program in a folder to its end.
  static func run(
    _ name: String, _ arguments: [String], in folder: Folder,
    input: Data? = nil, output: FileHandle? = nil,
    environment additions: [String: String] = [:]
  ) throws -> Outcome {
    try run(
      url(name), arguments, in: folder, input: input, output: output,
      environment: additions)
  }

  /// Runs a line of the shell, as one that sets a limit.
  static func runShell(
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

/// A folder of its own for each test, removed with it.
final class Folder {
  let url: URL
  private var count = 0

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url.appending(path: ".run"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A new file that `names` does not list.
  func hidden(_ name: String) -> URL {
    count += 1
    return url.appending(path: ".run/\(count).\(name)")
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }

  func write(_ name: String, _ bytes: Data) throws {
    try bytes.write(to: url.appending(path: name))
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: url.appending(path: name))
  }

  /// The files in the folder, sorted.
  var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: url.path)
        .filter { $0 != ".run" }.sorted()
    }
  }

  /// The model alone of a small trained checkpoint, with the name given.
  func trainModel(
    _ name: String = "tiny.mgpt", _ options: [String] = []
  ) throws {
    try train("whole.mgpt", options)
    let outcome = try Program.run(
      "mgpt-convert", ["whole.mgpt", name, "--strip"], in: self)
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
    try FileManager.default.removeItem(at: url.appending(path: "whole.mgpt"))
  }

  /// A small trained checkpoint with the name given.
  func train(_ name: String = "tiny.mgpt", _ options: [String] = []) throws {
    try write("tiny.txt", "anna\nbob\nclara\ndan\neve\n")
    let outcome = try Program.run(
      "mgpt-train",
      ["--data", "tiny.txt", "--steps", "5", "--samples", "0", "-o", name]
        + options, in: self)
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
  }
}

/// The lines of a text, without the empty one behind its end.
func lines(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    .dropLast(text.hasSuffix("\n") ? 1 : 0)
}
