import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes the checkpoints of a run: the last, the best, and those to keep.
final class Saver {
  /// The checkpoint of the last save.
  let path: String
  /// The step whose weights it holds; `nil` before the first save.
  private(set) var savedStep: Int?

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
  var bestPath: String { "\(stem(path)).best.mgpt" }

  /// Refuses files that cannot be written, or are to be read, before the work
  /// begins.
  func checkTargets(withBest: Bool, log: String?) throws {
    let targets = [path] + (withBest ? [bestPath] : [])
    for input in inputs {
      for target in targets + (log.map { [$0] } ?? [])
      where isSameFile(input, target) {
        throw CommandFailure.usage(
          "\(input) is both read and written; --output and --log name other"
            + " files")
      }
    }
    for path in targets {
      do {
        try AtomicFile.checkTarget(path, replacing: isReplacing)
      } catch {
        throw CommandFailure.writing(error, path)
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

  /// Saves under the name of the last save and, where saves are to be kept,
  /// under one of its own, in the place of the oldest of these.
  func saveRegularly(_ engine: any TrainingEngine) throws {
    try save(engine)
    guard keptCount > 0, let interval else { return }
    let step = engine.state.completedSteps
    _ = try write(engine, to: keptPath(step))
    let (oldest, overflow) = interval.multipliedReportingOverflow(by: keptCount)
    if !overflow && step > oldest {
      let path = keptPath(step - oldest)
      if !inputs.contains(where: { isSameFile($0, path) }) {
        mgpt_remove(path)
      }
    }
  }

  /// Saves under the name of the last save.
  @discardableResult
  func save(_ engine: any TrainingEngine) throws -> Int {
    let byteCount = try write(engine, to: path)
    savedStep = engine.state.completedSteps
    return byteCount
  }

  /// Saves the best model so far.
  func saveBest(_ engine: any TrainingEngine) throws {
    _ = try write(engine, to: bestPath)
  }

  /// Saves where there may be room, as the last resort.
  ///
  /// - Returns: The file; `nil` if it could not be written either.
  func rescue(_ engine: any TrainingEngine) -> String? {
    let name = stem(path.split(separator: "/").last.map(String.init) ?? path)
    let folder = FileManager.default.temporaryDirectory
    for number in 1...99 {
      let path = folder.path + "/\(name).rescued-\(number).mgpt"
      do {
        _ = try write(engine, to: path, replacing: false)
        return path
      } catch CheckpointError.targetExists {
        continue
      } catch {
        return nil
      }
    }
    return nil
  }

  private func keptPath(_ step: Int) -> String {
    "\(stem(path)).step-\(step).mgpt"
  }

  private func write(_ engine: any TrainingEngine, to path: String) throws
    -> Int
  {
    do {
      let byteCount = try write(
        engine, to: path, replacing: isReplacing || ownPaths.contains(path))
      ownPaths.insert(path)
      return byteCount
    } catch let error as CheckpointError {
      throw CommandFailure.writing(error, path)
    }
  }

  private func write(
    _ engine: any TrainingEngine, to path: String, replacing: Bool
  ) throws -> Int {
    var manifest = engine.manifest(codec: codec, labels: previous?.metadata)
    if let own = manifest.metadata { manifest.metadata = try labels(own) }
    manifest.otherSections = previous?.otherSections ?? []
    let writer = try CheckpointWriter(
      manifest, path: path, replacing: replacing)
    for tensor in manifest.tensors { try engine.append(tensor, to: writer) }
    return try writer.finish()
  }
}

/// Whether two names are those of one file.
func isSameFile(_ one: String, _ other: String) -> Bool {
  one == other || mgpt_is_same_file(one, other) == 1
}
