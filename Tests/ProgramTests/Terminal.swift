import CTerminal
import Foundation
import Testing

/// A pseudo-terminal, for what a program shows a person.
final class Terminal {
  private let master: FileHandle
  /// The end that a program writes to.
  let slave: FileHandle

  init() throws {
    var other: Int32 = -1
    let descriptor = open_terminal(&other)
    try #require(descriptor >= 0, "no pseudo-terminal is to be had")
    master = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    slave = FileHandle(fileDescriptor: other, closeOnDealloc: true)
  }

  /// Runs a program with its diagnostics on the terminal: what it has shown.
  func run(
    _ name: String, _ arguments: [String], in folder: Folder
  ) throws -> (code: Int32, shown: String) {
    let process = Process()
    process.executableURL = try Program.url(name)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = slave
    try process.run()
    slave.closeFile()
    var shown = Data()
    var bytes = [UInt8](repeating: 0, count: 4096)
    // Reading fails once nobody has the other end open.
    while true {
      let count = read(master.fileDescriptor, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      shown.append(contentsOf: bytes[..<count])
    }
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: shown, as: UTF8.self)
    )
  }
}
