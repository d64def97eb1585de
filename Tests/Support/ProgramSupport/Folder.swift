import Foundation
import Testing

/// A folder of its own for each test, removed with it.
package final class Folder {
  package let url: URL
  private var count = 0

  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "mgpt-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url.appending(path: ".run"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A new file that `names` does not list.
  package func hidden(_ name: String) -> URL {
    count += 1
    return url.appending(path: ".run/\(count).\(name)")
  }

  package func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }

  package func write(_ name: String, _ bytes: Data) throws {
    try bytes.write(to: url.appending(path: name))
  }

  package func data(_ name: String) throws -> Data {
    try Data(contentsOf: url.appending(path: name))
  }

  /// The files in the folder, sorted.
  package var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: url.path)
        .filter { $0 != ".run" }.sorted()
    }
  }

  /// The model alone of a small trained checkpoint, with the name given.
  package func trainModel(
    _ name: String = "tiny.mgpt", _ options: [String] = []
  ) throws {
    try train("whole.mgpt", options)
    let outcome = try Program.run(
      "mgpt-convert", ["whole.mgpt", name, "--strip"], in: self)
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
    try FileManager.default.removeItem(at: url.appending(path: "whole.mgpt"))
  }

  /// A small trained checkpoint with the name given.
  package func train(_ name: String = "tiny.mgpt", _ options: [String] = [])
    throws
  {
    try write("tiny.txt", "anna\nbob\nclara\ndan\neve\n")
    let outcome = try Program.run(
      "mgpt-train",
      ["--data", "tiny.txt", "--steps", "5", "--samples", "0", "-o", name]
        + options, in: self)
    try #require(outcome.code == 0, "\(outcome.diagnostics)")
  }
}
