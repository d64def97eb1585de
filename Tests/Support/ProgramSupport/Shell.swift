import Foundation
import Testing

/// Runs a command of the shell where the programs are on the path.
package func shell(_ command: String, in folder: Folder) throws
  -> Program.Outcome
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", command]
  process.currentDirectoryURL = folder.url
  let programs = try Program.url("mgpt-train").deletingLastPathComponent().path
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  process.environment = ProcessInfo.processInfo.environment.merging(
    ["PATH": "\(programs):\(path)", "COLUMNS": "80"]
  ) { $1 }
  let outputFile = folder.hidden("stdout")
  let diagnosticsFile = folder.hidden("stderr")
  for file in [outputFile, diagnosticsFile] { try Data().write(to: file) }
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = try FileHandle(forWritingTo: outputFile)
  process.standardError = try FileHandle(forWritingTo: diagnosticsFile)
  try process.run()
  process.waitUntilExit()
  return Program.Outcome(
    code: process.terminationStatus,
    output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
    diagnostics: String(
      decoding: try Data(contentsOf: diagnosticsFile), as: UTF8.self))
}
