import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTText

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes the checkpoints of a run: the last, the best, and those to keep.
///
/// While the run lasts it holds the partial files of the last and of the best,
/// so that another run of the same name is refused before it trains. What a
/// killed run leaves of them holds up nobody.
final class Saver {
  /// The checkpoint of the last save.
  let path: String
  /// The step whose weights it holds; `nil` before the first save.
  private(set) var savedStep: Int?
  /// Where this run saved its best model so far, and after which step; `nil`
  /// before.
  private(set) var savedBest: (path: String, step: Int)?

  private let codec: Codec
  private let labels: (Properties) throws -> Properties?
  /// What the run goes on from, whose other contents are handed on.
  private let previous: Manifest?
  private let interval: Int?
  private let keptCount: Int
  /// Whether files may be replaced that are not of this run.
  private let isReplacing: Bool
  private var ownPaths: Set<String> = []
  /// What is to be there when the run is done.
  private let inputs: [String]
  /// Unfinished files that keep other programs from writing a target.
  private var holds: [String: AtomicFile] = [:]

  /// - Parameters:
  ///   - options: What to write, and when.
  ///   - path: The checkpoint of the last save.
  ///   - labels: Adds to the labels that a run sets itself.
  ///   - previous: What the run goes on from.
  ///   - inputs: The files that are read.
  init(
    _ options: SavingOptions, path: String,
    labels: @escaping (Properties) throws -> Properties?,
    previous: Manifest?, inputs: [String]
  ) {
    self.path = path
    self.labels = labels
    self.previous = previous
    codec = options.codec.codec
    interval = options.saveEvery
    keptCount = options.keep
    // To go on with a run is to replace what it left.
    let isOwn = options.resume.map { isSameFile($0, path) } ?? false
    isReplacing = options.force || isOwn
    self.inputs = isOwn ? inputs.filter { !isSameFile($0, path) } : inputs
  }

  /// The checkpoint of the best validation.
  var bestPath: String { Self.bestPath(of: path) }

  /// The checkpoint of the best validation of a run that is saved at a path.
  static func bestPath(of path: String) -> String { "\(stem(path)).best.mgpt" }

  /// Refuses files that cannot be written, that another program is writing, or
  /// that are to be read, before the work begins; the others are held.
  func holdTargets(withBest: Bool, log: String?) throws {
    let targets = [path] + (withBest ? [bestPath] : [])
    for input in inputs {
      for target in targets + (log.map { [$0] } ?? [])
      where isSameFile(input, target) {
        throw CommandFailure.usage(
          "\(input) is both read and written; --output and --log name other"
            + " files")
      }
    }
    if let log, ([path, bestPath].contains { isSameName(log, $0) }) {
      throw CommandFailure.usage("\(log) is both log and checkpoint")
    }
    for path in targets {
      do {
        holds[path] = try AtomicFile(path: path, replacing: isReplacing)
      } catch {
        let failure = CommandFailure.writing(error, path)
        guard case .targetBusy = error else { throw failure }
        throw failure.adding(", maybe a run of the same --output")
      }
    }
    if keptCount > 0 && !isReplacing, let kept = keptFile {
      throw CommandFailure.writing(.targetExists(path: kept), kept)
    }
  }

  /// A file that an earlier run has kept.
  private var keptFile: String? {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "./"
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return names?.sorted().first {
      $0.hasPrefix("\(stem(name)).step-") && $0.hasSuffix(".mgpt")
    }.map { slash == nil ? $0 : folder + $0 }
  }

  /// Whether a save is due after a step.
  func isDue(after step: Int) -> Bool {
    interval.map { step.isMultiple(of: $0) } ?? false
  }
}

// MARK: - Saves

extension Saver {
  /// Saves under the name of the last save and, where saves are to be kept,
  /// under one of its own, in the place of the oldest of these.
  func saveRegularly(_ engine: any TrainingEngine) throws {
    try reportingFailure(path) { _ = try write(engine, to: path) }
    savedStep = engine.state.completedSteps
    guard keptCount > 0, let interval else { return }
    let step = engine.state.completedSteps
    let kept = keptPath(step)
    try reportingFailure(kept) { _ = try write(engine, to: kept) }
    let (oldest, overflow) = interval.multipliedReportingOverflow(by: keptCount)
    if !overflow && step > oldest {
      let path = keptPath(step - oldest)
      if !inputs.contains(where: { isSameFile($0, path) }) {
        mgpt_remove(path)
      }
    }
  }

  /// Saves the best model so far.
  ///
  /// As it may be lost a step later, it goes elsewhere if it has to.
  func saveBest(_ engine: any TrainingEngine) throws {
    let step = engine.state.completedSteps
    let before = savedBest?.path
    do {
      try reportingFailure(bestPath) { _ = try write(engine, to: bestPath) }
      savedBest = (bestPath, step)
    } catch let failure as CommandFailure {
      let rescue = Rescue(self, engine, of: bestPath)
      if let path = rescue.path { savedBest = (path, step) }
      throw failure.adding(
        rescue.path.map { "; it was saved as \(shellWord($0)) instead" } ?? "")
    }
    // Of those that were saved elsewhere, one is enough.
    if let before, before != bestPath, before != savedBest?.path {
      mgpt_remove(before)
    }
  }

  /// Saves under the name of the last save at the end of a run, which gives up
  /// all that it holds.
  ///
  /// - Throws: `CheckpointError` if the file cannot be written.
  func saveAtEnd(_ engine: any TrainingEngine) throws -> Int {
    let byteCount = try write(engine, to: path, isLast: true)
    savedStep = engine.state.completedSteps
    return byteCount
  }

  /// Saves under a name that nothing may have yet.
  ///
  /// - Throws: `CheckpointError` if the file cannot be written.
  func saveAnew(_ engine: any TrainingEngine, to path: String) throws {
    _ = try write(engine, to: path, replacing: false)
  }

  private func keptPath(_ step: Int) -> String {
    "\(stem(path)).step-\(step).mgpt"
  }

  private func reportingFailure(
    _ path: String, _ save: () throws -> Void
  ) throws {
    do { try save() } catch let error as CheckpointError {
      throw CommandFailure.writing(error, path)
    }
  }

  private func write(
    _ engine: any TrainingEngine, to path: String, isLast: Bool = false
  ) throws -> Int {
    let isHeld = holds[path] != nil && !isLast
    if isLast { holds = [:] } else { holds[path] = nil }
    defer {
      if isHeld { holds[path] = try? AtomicFile(path: path, replacing: true) }
    }
    let byteCount = try write(
      engine, to: path, replacing: isReplacing || ownPaths.contains(path))
    ownPaths.insert(path)
    return byteCount
  }

  private func write(
    _ engine: any TrainingEngine, to path: String, replacing: Bool
  ) throws -> Int {
    var manifest = engine.manifest(codec: codec, labels: previous?.metadata)
    if let own = manifest.metadata { manifest.metadata = try labels(own) }
    manifest.unknownSections = previous?.unknownSections ?? []
    let writer = try CheckpointWriter(
      manifest, path: path, replacing: replacing)
    for tensor in manifest.tensors { try engine.write(tensor, to: writer) }
    return try writer.finish()
  }
}

/// Whether two names are those of one file.
func isSameFile(_ one: String, _ other: String) -> Bool {
  one == other || mgpt_is_same_file(one, other) == 1
}

/// Whether two names are those of one file, or of one that may come to be.
private func isSameName(_ one: String, _ other: String) -> Bool {
  func parts(_ path: String) -> (folder: String, name: Substring) {
    let slash = path.lastIndex(of: "/")
    return (
      slash.map { String(path[...$0]) } ?? ".",
      slash.map { path[path.index(after: $0)...] } ?? path[...]
    )
  }
  let (first, second) = (parts(one), parts(other))
  return isSameFile(one, other)
    || first.name == second.name && isSameFile(first.folder, second.folder)
}
