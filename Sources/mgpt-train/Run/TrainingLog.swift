import CMicroGPTSystem
import MicroGPTAnalysis
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// The losses of a run in a file, a JSON object a line.
final class TrainingLog {
  private let path: String
  private let descriptor: Int32
  private var text = ""
  private var isBroken = false

  private let options: TrainingOptions

  /// Opens a log; a new run does not replace another one's, and one that goes on
  /// has those lines taken away that it writes again.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - state: How the run trains, and how many steps it has done.
  ///   - keeps: Whether the lines of these steps stay.
  ///   - replacing: Whether a new run may replace the log of another one.
  /// - Throws: `CommandFailure` if it cannot be created.
  init(
    _ path: String, _ state: TrainingState, keeps: Bool, replacing: Bool
  ) throws(CommandFailure) {
    self.path = path
    options = state.options
    try Self.checkReplacing(path, keeps: keeps, replacing: replacing)
    if keeps { try Self.mend(path, after: state.completedSteps) }
    descriptor = try Self.open(path, keeps: keeps)
  }

  /// Refuses a file that cannot be written, before the work begins.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - keeps: Whether its lines stay.
  ///   - replacing: Whether a new run may replace the log of another one.
  /// - Throws: `CommandFailure` if it could not be created.
  static func check(
    _ path: String, keeps: Bool, replacing: Bool
  ) throws(CommandFailure) {
    try checkReplacing(path, keeps: keeps, replacing: replacing)
    var status = mgpt_file_status()
    guard mgpt_status_of_path(path, &status) == 0 else {
      do {
        return try AtomicFile.checkWritable(at: path, replacing: true)
      } catch {
        throw .writing(error, path)
      }
    }
    // Other things that exist are opened when it is time: a reader of a pipe
    // would take the end of a trial for that of the run.
    if status.kind == Int32(MGPT_FILE_FOLDER.rawValue) {
      mgpt_close(try open(path, keeps: true))
    }
  }

  private static func checkReplacing(
    _ path: String, keeps: Bool, replacing: Bool
  ) throws(CommandFailure) {
    var status = mgpt_file_status()
    if !keeps && !replacing, mgpt_status_of_path(path, &status) == 0,
      status.kind == Int32(MGPT_FILE_REGULAR.rawValue)
    {
      throw .writing(.targetExists(path: path), path)
    }
  }

  private static func open(
    _ path: String, keeps: Bool
  ) throws(CommandFailure) -> Int32 {
    let descriptor = mgpt_open_for_more_lines(path, keeps ? 1 : 0)
    guard descriptor >= 0 else {
      let error = SystemError(
        operation: "create", path: path, code: -descriptor)
      throw .cannotCreate("\(path): \(error)")
    }
    return descriptor
  }

  /// Removes the lines that a resumed run writes again.
  ///
  /// The mended log replaces the old one when it is complete. If no line has to
  /// go, or the log is no regular file, the old one stays.
  private static func mend(
    _ path: String, after step: Int
  ) throws(CommandFailure) {
    var status = mgpt_file_status()
    guard mgpt_status_of_path(path, &status) == 0,
      status.kind == Int32(MGPT_FILE_REGULAR.rawValue)
    else { return }
    var input = try InputFile(path)
    let stale = try LossLogMending.staleLines(after: step) {
      buffer throws(CommandFailure) in try input.read(into: buffer)
    }
    guard stale.contains(true) else { return }
    let file = try writing(path) { () throws(CheckpointError) in
      try AtomicFile(path: path, replacing: true)
    }
    input = try InputFile(path)
    var offset = 0
    try LossLogMending.copyLines(except: stale) {
      buffer throws(CommandFailure) in
      try input.read(into: buffer)
    } write: { bytes throws(CommandFailure) in
      try writing(path) { () throws(CheckpointError) in
        try file.write(bytes, at: offset)
      }
      offset += bytes.count
    }
    try writing(path) { () throws(CheckpointError) in try file.commit() }
  }

  private static func writing<Result>(
    _ path: String, _ body: () throws(CheckpointError) -> Result
  ) throws(CommandFailure) -> Result {
    do { return try body() } catch { throw .writing(error, path) }
  }

  deinit {
    flush()
    mgpt_close(descriptor)
  }

  func record(_ engine: any TrainingEngine, loss: Double, seconds: Double) {
    let step = engine.completedSteps
    let rate = options.learningRate(ofStep: step - 1)
    write(
      LossLogLine.training(
        step: step, loss: loss, rate: rate,
        tokenCount: engine.lastStepTokenCount,
        seconds: seconds))
  }

  func record(_ state: TrainingState, _ validation: Validation, seconds: Double)
  {
    write(
      LossLogLine.validation(
        step: state.completedSteps, loss: validation.loss,
        bitsPerCharacter: validation.bitsPerCharacter, seconds: seconds))
    flush()
  }

  private func write(_ line: String) {
    text += line
    if text.utf8.count >= 1 << 14 { flush() }
  }

  /// Writes what has gathered; what cannot be written ends no training.
  func flush() {
    guard !isBroken, !text.isEmpty else { return }
    let result = text.withUTF8 { bytes in
      bytes.baseAddress.map { mgpt_write(descriptor, $0, bytes.count) } ?? 0
    }
    text = ""
    if result < 0 {
      isBroken = true
      let error = SystemError(operation: "write", path: path, code: -result)
      StandardError.write(
        "warning: \(path): \(error); training goes on without a log\n")
    }
  }
}
