import MicroGPTCommandLine
import MicroGPTTraining

/// Tells how training goes: one live line on a terminal, a few plain lines
/// elsewhere, of which each validation has one.
struct TrainingProgress {
  private let isQuiet: Bool
  private let isLive: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  private let firstStep: Int
  private let stepCount: Int
  private var tokenCount = 0

  init(_ state: TrainingState, isQuiet: Bool) {
    self.isQuiet = isQuiet
    isLive = StandardError.isTerminal && !isQuiet
    start = clock.now
    lastShown = start - .seconds(1)
    firstStep = state.completedSteps
    stepCount = state.options.stepCount
  }

  /// The seconds since training began.
  var seconds: Double { inSeconds(clock.now - start) }

  /// Notes a step, and shows it if it is time to.
  mutating func record(_ engine: any TrainingEngine, loss: Double) {
    tokenCount += engine.lastStepTokenCount
    guard !isQuiet else { return }
    let step = engine.completedSteps
    let now = clock.now
    if isLive {
      // Ten times a second, not at every step.
      guard now - lastShown >= .milliseconds(100) || step == stepCount else {
        return
      }
      StandardError.write(
        "\r" + liveLine(engine.state, now - start) + "\u{1B}[K")
    } else {
      guard
        step - firstStep <= 3 || step == stepCount
          || engine.state.validationSteps.last == step
          || step.isMultiple(of: max(1, stepCount / 10))
          || now - lastShown >= .seconds(60)
      else { return }
      StandardError.write(plainLine(engine.state, loss) + "\n")
    }
    lastShown = now
  }

  /// Takes away the live line, for something else to be said there.
  func clear() {
    if isLive { StandardError.write("\r\u{1B}[K") }
  }

  private func plainLine(_ state: TrainingState, _ loss: Double) -> String {
    // That of an earlier step would seem to be new.
    let validation =
      state.validationSteps.last == state.completedSteps
      ? state.validationLosses.last.map {
        "  validation \($0.formatted(decimals: 4))"
      } : nil
    return stepWords(state) + "  loss \(loss.formatted(decimals: 4))"
      + "  mean \(state.meanLoss.formatted(decimals: 4))" + (validation ?? "")
  }

  /// What fits in 79 columns: the loss is the mean over the last 100 steps.
  private func liveLine(_ state: TrainingState, _ time: Duration) -> String {
    let seconds = inSeconds(time)
    let done = state.completedSteps - firstStep
    let rest = state.options.stepCount - state.completedSteps
    let left = Double(rest) * seconds / Double(done)
    let validation = state.validationLosses.last.map {
      "  validation \($0.formatted(decimals: 3))"
    }
    return stepWords(state) + "  loss \(state.meanLoss.formatted(decimals: 3))"
      + (validation ?? "")
      + "  \(short(Double(tokenCount) / max(seconds, 1e-6))) tokens/s"
      + "  \(clockTime(left)) left"
  }

  private func stepWords(_ state: TrainingState) -> String {
    let total = "\(state.options.stepCount)"
    let step = "\(state.completedSteps)"
    let padding = String(repeating: " ", count: total.count - step.count)
    return "step \(padding)\(step)/\(total)"
  }
}
