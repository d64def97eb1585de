import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTTraining

/// The losses of a run in a file, a JSON object a line.
final class TrainingLog {
  private let path: String
  private let descriptor: Int32
  private var text = ""
  private var isBroken = false

  /// - Parameters:
  ///   - path: The file.
  ///   - keeps: Whether its lines stay, as those of a run that goes on.
  /// - Throws: `CommandFailure` if it cannot be created.
  init(_ path: String, keeps: Bool) throws(CommandFailure) {
    self.path = path
    descriptor = mgpt_open_for_more_lines(path, keeps ? 1 : 0)
    guard descriptor >= 0 else {
      throw .cannotCreate(
        "\(path): \(SystemError(operation: "create", path: path, code: -descriptor))"
      )
    }
  }

  deinit {
    flush()
    mgpt_close(descriptor)
  }

  func record(_ engine: any TrainingEngine, loss: Double, seconds: Double) {
    let step = engine.completedSteps
    let rate = engine.state.options.learningRate(ofStep: step - 1)
    write(
      "{\"step\":\(step),\"loss\":\(loss),\"rate\":\(rate),"
        + "\"tokens\":\(engine.tokenCount),\"seconds\":\(seconds)}\n")
  }

  func record(_ state: TrainingState, _ validation: Validation, seconds: Double)
  {
    write(
      "{\"step\":\(state.completedSteps),\"validation_loss\":\(validation.loss),"
        + "\"bits_per_character\":\(validation.bitsPerCharacter),"
        + "\"seconds\":\(seconds)}\n")
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
