import MicroGPTCommandLine

/// Tells how training goes: one live line on a terminal, a few plain lines
/// elsewhere.
struct TrainingProgress {
  private let steps: Int
  private let isLive = StandardError.isTerminal
  private let clock = ContinuousClock()
  private var lastShown: ContinuousClock.Instant?
  /// Means over stretches of steps: a curve of bounded length.
  private var stretches: [Double] = []
  private var stretch = (sum: 0.0, count: 0)
  private var recent: [Double] = []  // the last 100, in a ring

  init(steps: Int) { self.steps = steps }

  mutating func record(step: Int, loss: Double) {
    if recent.count < Self.window {
      recent.append(loss)
    } else {
      recent[(step - 1) % Self.window] = loss
    }
    stretch.sum += loss
    stretch.count += 1
    if stretch.count >= max(1, steps / Self.curveWidth) {
      stretches.append(stretch.sum / Double(stretch.count))
      stretch = (0, 0)
    }
    if isLive {
      showLive(step, loss)
    } else if step <= 3 || step == steps
      || step.isMultiple(of: max(1, steps / 10))
    {
      StandardError.write(line(step, loss) + "\n")
    }
  }

  /// Takes away the live line, for something else to be said there.
  func clear() {
    if isLive { StandardError.write("\r\u{1B}[K") }
  }

  func finish() {
    let curve = curve(stretches, width: Self.curveWidth)
    clear()
    StandardError.write(
      "mean loss of the last \(counted(recent.count, "step")):"
        + " \(mean.rounded(decimals: 4))  \(curve)\n")
  }

  private static let window = 100
  private static let curveWidth = 40

  /// The mean loss of the last 100 steps, or of all that there were.
  var mean: Double { recent.reduce(0, +) / Double(recent.count) }

  private func line(_ step: Int, _ loss: Double) -> String {
    let total = "\(steps)"
    let padding = String(repeating: " ", count: total.count - "\(step)".count)
    return "step \(padding)\(step)/\(total)  loss"
      + " \(loss.rounded(decimals: 4))  mean \(mean.rounded(decimals: 4))"
  }

  /// Redraws the line ten times a second, not at every step.
  private mutating func showLive(_ step: Int, _ loss: Double) {
    let now = clock.now
    if let lastShown, now - lastShown < .milliseconds(100), step < steps {
      return
    }
    lastShown = now
    StandardError.write("\r" + line(step, loss) + "\u{1B}[K")
  }
}
