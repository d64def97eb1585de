import MicroGPTCommandLine
import MicroGPTTraining

/// Tells how training goes: one live line on a terminal, a few plain lines
/// elsewhere.
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
    stepCount = state.options.steps
  }

  /// The seconds since training began.
  var seconds: Double { Self.seconds(clock.now - start) }

  /// Notes a step, and shows it if it is time to.
  mutating func record(_ engine: any TrainingEngine, loss: Double) {
    tokenCount += engine.tokenCount
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
    let validation = state.validationLosses.last.map {
      "  validation \($0.rounded(decimals: 4))"
    }
    return stepWords(state) + "  loss \(loss.rounded(decimals: 4))"
      + "  mean \(state.meanLoss.rounded(decimals: 4))" + (validation ?? "")
  }

  /// What fits in 79 columns: the loss is the mean over the last 100 steps.
  private func liveLine(_ state: TrainingState, _ time: Duration) -> String {
    let seconds = Self.seconds(time)
    let done = state.completedSteps - firstStep
    let rest = state.options.steps - state.completedSteps
    let left = Double(rest) * seconds / Double(done)
    let validation = state.validationLosses.last.map {
      "  validation \($0.rounded(decimals: 3))"
    }
    return stepWords(state) + "  loss \(state.meanLoss.rounded(decimals: 3))"
      + (validation ?? "")
      + "  \(Self.short(Double(tokenCount) / max(seconds, 1e-6))) tokens/s"
      + "  \(Self.clockTime(left)) left"
  }

  private func stepWords(_ state: TrainingState) -> String {
    let total = "\(state.options.steps)"
    let step = "\(state.completedSteps)"
    let padding = String(repeating: " ", count: total.count - step.count)
    return "step \(padding)\(step)/\(total)"
  }

  private static func seconds(_ duration: Duration) -> Double {
    let (whole, atto) = duration.components
    return Double(whole) + Double(atto) * 1e-18
  }

  /// A number in three digits or so, as `1.25M`.
  private static func short(_ number: Double) -> String {
    switch number {
    case 1e6...: "\((number / 1e6).rounded(decimals: number < 1e7 ? 2 : 1))M"
    case 1e4...: "\((number / 1e3).rounded(decimals: 0))k"
    default: number.rounded(decimals: 0)
    }
  }

  /// Seconds as minutes and seconds, or hours, minutes and seconds.
  private static func clockTime(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 359_999).rounded(.up))
    func two(_ number: Int) -> String {
      number < 10 ? "0\(number)" : "\(number)"
    }
    let minutes = "\(seconds / 60 % 60)"
    return seconds < 3600
      ? "\(minutes):\(two(seconds % 60))"
      : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}
