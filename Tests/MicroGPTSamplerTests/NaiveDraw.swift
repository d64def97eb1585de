import MicroGPTSampler

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A draw as the specification defines it, in doubles and without any thought
/// of speed.
struct NaiveDraw {
  /// The share of chance that each token has in the end.
  private(set) var shares: [Double]
  /// How far the nearest thing lies from a border, as rounding errors may decide
  /// where that is little; tokens that are exactly equal count as far.
  private(set) var margin = Double.infinity

  /// Filters logits, −∞ for what may not be drawn.
  init(_ logits: [Float], _ options: GenerationOptions) {
    let peak = Double(logits.max() ?? 0)
    shares = logits.map {
      exp((Double($0) - peak) / Double(options.temperature))
    }
    if let topK = options.topK { keep(Array(falling.prefix(topK))) }
    if options.topP < 1 {
      let total = shares.reduce(0, +)
      var sum = 0.0
      var kept: [Int] = []
      for token in falling where sum < Double(options.topP) * total {
        sum += shares[token]
        kept.append(token)
        note(sum / total - Double(options.topP))
      }
      keep(kept)
    }
    for token in shares.indices where shares[token] > 0 && options.minP > 0 {
      if shares[token] < 1 { note(shares[token] - Double(options.minP)) }
      if shares[token] < Double(options.minP) { shares[token] = 0 }
    }
    let total = shares.reduce(0, +)
    shares = shares.map { $0 / total }
  }

  /// The token for a number in [0, 1), and how far that is from a border.
  func token(at unit: Double) -> (token: Int, margin: Double) {
    var sum = 0.0
    var nearest = Double.infinity
    var token: Int?
    for index in shares.indices where shares[index] > 0 {
      nearest = min(nearest, abs(sum - unit))
      sum += shares[index]
      if token == nil && sum > unit { token = index }
    }
    return (token ?? 0, nearest)
  }

  /// The tokens by falling share, of equal ones the lowest first.
  private var falling: [Int] {
    shares.indices.sorted {
      shares[$0] == shares[$1] ? $0 < $1 : shares[$0] > shares[$1]
    }
  }

  private mutating func keep(_ tokens: [Int]) {
    let last = tokens.last.map { shares[$0] } ?? 0
    for token in shares.indices where !tokens.contains(token) {
      if shares[token] != last { note(shares[token] - last) }
      shares[token] = 0
    }
  }

  private mutating func note(_ distance: Double) {
    margin = min(margin, abs(distance))
  }
}
