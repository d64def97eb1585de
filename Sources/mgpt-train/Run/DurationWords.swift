import MicroGPTCommandLine

/// Durations and rates as people read them.

/// A duration in words, as `84 ms`, `12.3 s`, `3 min 20 s` or `2 h 5 min`.
func durationWords(_ duration: Duration) -> String {
  let seconds = inSeconds(duration)
  let whole = Int(min(seconds.rounded(), 1e15))
  switch seconds {
  case ..<0.001: return "less than 1 ms"
  case ..<0.9995: return "\((seconds * 1000).formatted(decimals: 0)) ms"
  case ..<59.95:
    let isWhole = seconds == seconds.rounded()
    return "\(seconds.formatted(decimals: isWhole ? 0 : 1)) s"
  case ..<3599.5: return "\(whole / 60) min \(whole % 60) s"
  default:
    let minutes = (whole + 30) / 60
    return "\((minutes / 60).groupedDescription) h \(minutes % 60) min"
  }
}

/// A duration in seconds.
func inSeconds(_ duration: Duration) -> Double {
  let (whole, atto) = duration.components
  return Double(whole) + Double(atto) * 1e-18
}

/// Seconds as minutes and seconds, as hours, minutes and seconds, or as days.
func clockTime(_ seconds: Double) -> String {
  guard seconds < 360_000 else {
    return "\((seconds / 86_400).formatted(decimals: 0)) days"
  }
  let seconds = Int(max(seconds, 0).rounded(.up))
  func two(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
  let minutes = "\(seconds / 60 % 60)"
  return seconds < 3600
    ? "\(minutes):\(two(seconds % 60))"
    : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
}

/// A number in three digits or so, as `1.25M` or `0.35`.
func short(_ number: Double) -> String {
  switch number {
  case 1e6...: "\((number / 1e6).formatted(decimals: number < 1e7 ? 2 : 1))M"
  case 1e4...: "\((number / 1e3).formatted(decimals: 0))k"
  case 10...: number.formatted(decimals: 0)
  default: number.formatted(decimals: 2)
  }
}

/// A learning rate in at most six decimals where these tell it, or all of it.
func rateWords(_ rate: Double) -> String {
  rate == 0 || rate >= 1e-5 ? rate.formatted(decimals: 6) : "\(rate)"
}
