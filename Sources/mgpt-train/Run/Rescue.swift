import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTText

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The last resort of a save that failed: another name, in the first folder
/// that takes it.
struct Rescue {
  /// The file; `nil` if no folder took it.
  private(set) var path: String?
  /// The folders that did not take it, each with the reason.
  private(set) var failures: [(folder: String, error: CheckpointError)] = []

  /// Tries all folders, and in each of them all names.
  ///
  /// - Parameters:
  ///   - saver: Writes the file.
  ///   - engine: What is to be saved.
  ///   - target: The file that could not be written.
  init(_ saver: Saver, _ engine: any TrainingEngine, of target: String) {
    for folder in Self.folders(beside: target) {
      do {
        path = try Self.save(in: folder, target) { path in
          try saver.saveAnew(engine, to: path)
        }
        return
      } catch let error as CheckpointError {
        failures.append((folder.isEmpty ? "." : folder, error))
      } catch {
        return
      }
    }
  }

  /// The folders that did not take it, as words behind a sentence.
  var words: String {
    failures.map { "\(shellWord($0.folder)) (\($0.error))" }
      .joined(separator: ", ")
  }

  // MARK: - Names

  /// The most names to try in a folder.
  private static let nameLimit = 1_000_000

  /// Saves under the first free name, which another program may take meanwhile.
  private static func save(
    in folder: String, _ target: String, _ write: (String) throws -> Void
  ) throws -> String {
    let name = lastComponent(ofPath: target) ?? target
    // A name has at most 255 bytes, and ends are put behind this one.
    let beginning = prefix(of: stem(name), byteCount: 120)
    var number = 1
    while true {
      let path =
        (folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/")
        + "\(beginning).rescued-\(number).mgpt"
      do {
        try write(path)
        return path
      } catch let error as CheckpointError {
        guard number < nameLimit, isTaken(path, error) else { throw error }
        number += 1
      }
    }
  }

  /// Whether a save failed because somebody else has the name.
  private static func isTaken(_ path: String, _ error: CheckpointError) -> Bool
  {
    let isNameOfAnother =
      switch error {
      case .targetExists, .targetBusy, .notARegularFile: true
      default: false
      }
    guard case .system(let error) = error else { return isNameOfAnother }
    // Somebody removed the partial file, if it is not there.
    if error.operation == "rename" { return error.code == mgpt_error_missing }
    var status = mgpt_file_status()
    return error.operation == "create"
      && mgpt_status_of_path(path + ".partial", &status) == 0
  }

  /// The longest start of whole characters within a number of bytes.
  private static func prefix(of text: String, byteCount: Int) -> String {
    var result = ""
    for character in text {
      guard result.utf8.count + character.utf8.count <= byteCount else { break }
      result.append(character)
    }
    return result.isEmpty ? "run" : result
  }

  // MARK: - Folders

  /// The folders to try in turn, each once; what is in memory alone comes last.
  private static func folders(beside target: String) -> [String] {
    let files = FileManager.default
    let environment = ProcessInfo.processInfo.environment
    let beside = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    let others: [String?] = [
      files.temporaryDirectory.path, "/tmp", "/var/tmp", environment["HOME"],
      files.homeDirectoryForCurrentUser.path, files.currentDirectoryPath,
      environment["XDG_RUNTIME_DIR"], "/dev/shm",
    ]
    var folders = [beside]
    for case let folder? in others where !folder.isEmpty {
      let isKnown = folders.contains {
        isSameFile($0.isEmpty ? "." : $0, folder)
      }
      if !isKnown { folders.append(folder) }
    }
    return folders
  }
}
