/// The sampler's generator: SplitMix64, one stream for every sample.
///
/// Streams of one seed do not depend on each other, so sample `i` is the same
/// whoever draws it and however many are drawn.
///
/// Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number
/// generators".
public struct SamplerRandom: RandomNumberGenerator, Sendable {
  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var state: UInt64

  /// Creates the generator of one stream of a seed.
  ///
  /// - Parameters:
  ///   - seed: The seed that all streams of a run share.
  ///   - stream: The number of the stream, as a sample's index in the run.
  public init(seed: UInt64, stream: UInt64) {
    let start = Self.mix64(seed &+ Self.increment)
    state = Self.mix64(start ^ (stream &* Self.increment))
  }

  /// Draws 64 random bits.
  ///
  /// - Returns: A number of which every value is equally likely.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix64(state)
  }

  /// Draws a number in [0, 1) from the upper 53 of 64 random bits.
  ///
  /// - Returns: A multiple of 2^-53.
  public mutating func nextUnit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// SplitMix64's finaliser, a bijection in which each bit affects all others.
  private static func mix64(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
