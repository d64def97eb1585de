// Embedded Swift has no logarithm, and the sampler no need of these draws.
#if !hasFeature(Embedded)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// CPython's `random.Random`: the Mersenne Twister MT19937.
///
/// Equal seeds give the draws of CPython 3.11, bit for bit where the C
/// library's `log`, `sin` and `cos` are CPython's.
///
/// Source: Matsumoto & Nishimura 1998, and the `random` module of CPython.
public struct PythonRandom: Sendable {
  private static let stateCount = 624
  private static let middleOffset = 397

  private var state: [UInt32]  // (624)
  private var position: Int  // of the next word of `state`; 624: all used
  private var nextGauss: Double?

  /// Creates the generator that `random.seed(seed)` gives.
  ///
  /// - Parameter seed: The integer to start from.
  public init(seed: UInt64) {
    // CPython cuts an integer into 32-bit words, lowest first, none to spare.
    let low = UInt32(truncatingIfNeeded: seed)
    let high = UInt32(truncatingIfNeeded: seed >> 32)
    self.init(key: high == 0 ? [low] : [low, high])
  }

  /// Fills the state from a key, as the authors' `init_by_array` does.
  private init(key: [UInt32]) {
    let count = Self.stateCount
    state = [19_650_218]
    state.reserveCapacity(count)
    for i in 1..<count {
      let previous = state[i - 1]
      let mixed = previous ^ (previous >> 30)
      state.append(1_812_433_253 &* mixed &+ UInt32(i))
    }
    position = count

    var i = 1
    // Goes round the words 1 to 623; word 0 then repeats word 623.
    func advance(_ i: inout Int, _ state: inout [UInt32]) {
      i += 1
      if i == count {
        state[0] = state[count - 1]
        i = 1
      }
    }
    for k in 0..<count {  // 624 is at least the length of any key here
      let j = k % key.count
      let mixed = state[i - 1] ^ (state[i - 1] >> 30)
      state[i] = (state[i] ^ (mixed &* 1_664_525)) &+ key[j] &+ UInt32(j)
      advance(&i, &state)
    }
    for _ in 1..<count {
      let mixed = state[i - 1] ^ (state[i - 1] >> 30)
      state[i] = (state[i] ^ (mixed &* 1_566_083_941)) &- UInt32(i)
      advance(&i, &state)
    }
    state[0] = 0x8000_0000
  }

  /// Draws a number in [0, 1) from 53 random bits.
  ///
  /// - Returns: A multiple of 2^-53.
  public mutating func random() -> Double {
    let high = Double(nextWord() >> 5)  // 27 bits
    let low = Double(nextWord() >> 6)  // 26 bits
    return (high * 0x1p26 + low) * 0x1p-53
  }

  /// Draws from a normal distribution, as `random.gauss` does.
  ///
  /// Every other call makes two numbers (Box & Muller 1958), of which the call
  /// after it returns the second.
  ///
  /// - Parameters:
  ///   - mean: The centre of the distribution.
  ///   - standardDeviation: Its width.
  /// - Returns: A normally distributed number.
  public mutating func gauss(mean: Double, standardDeviation: Double) -> Double
  {
    if let z = nextGauss {
      nextGauss = nil
      return mean + z * standardDeviation
    }
    let angle = random() * (2 * Double.pi)
    let radius = (-2 * log(1 - random())).squareRoot()
    nextGauss = sin(angle) * radius
    return mean + cos(angle) * radius * standardDeviation
  }

  /// Shuffles an array in place, as `random.shuffle` does.
  ///
  /// Complexity: O(n).
  ///
  /// - Parameter elements: The array to reorder.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for i in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(i, Int(random(below: UInt64(i) + 1)))
    }
  }

  /// Draws an index with the given weights, as `random.choices` does.
  ///
  /// Complexity: O(n).
  ///
  /// - Parameter weights: Relative weights, at least one and none negative.
  /// - Returns: An index of `weights`.
  /// - Throws: ``WeightError`` if their sum is not positive and finite, which
  ///   is a ValueError in CPython.
  public mutating func choice(
    weights: [Double]
  ) throws(WeightError) -> Int {
    precondition(!weights.isEmpty, "a choice needs at least one weight")
    var cumulative = weights
    for i in 1..<weights.count {
      cumulative[i] = cumulative[i - 1] + weights[i]
    }
    let total = cumulative[weights.count - 1]
    guard total > 0 && total.isFinite else { throw WeightError(sum: total) }

    let target = random() * total
    // Bisection: the first index whose cumulative weight exceeds the target,
    // or the last index if rounding leaves none.
    var low = 0
    var high = weights.count - 1
    while low < high {
      let middle = (low + high) / 2
      if target < cumulative[middle] {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }

  /// Draws an integer below a bound, rejecting draws that reach it.
  private mutating func random(below bound: UInt64) -> UInt64 {
    let bitCount = UInt64.bitWidth - bound.leadingZeroBitCount
    var draw: UInt64
    repeat {
      draw = randomBits(bitCount)
    } while draw >= bound
    return draw
  }

  /// Draws 1 to 64 random bits: whole words, lowest first, the last one cut.
  private mutating func randomBits(_ count: Int) -> UInt64 {
    if count <= 32 {
      return UInt64(nextWord() >> UInt32(32 - count))
    }
    let low = UInt64(nextWord())
    return low | UInt64(nextWord() >> UInt32(64 - count)) << 32
  }

  private mutating func nextWord() -> UInt32 {
    if position == Self.stateCount {
      renewState()
    }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    word ^= word >> 18
    return word
  }

  private mutating func renewState() {
    let count = Self.stateCount
    for i in 0..<count {
      let next = state[(i + 1) % count]
      let joined = (state[i] & 0x8000_0000) | (next & 0x7FFF_FFFF)
      let twist: UInt32 = joined & 1 == 0 ? 0 : 0x9908_B0DF
      let middle = state[(i + Self.middleOffset) % count]
      state[i] = middle ^ (joined >> 1) ^ twist
    }
    position = 0
  }
}

/// Weights that leave no choice.
public struct WeightError: Error, Sendable, Hashable {
  /// Their sum: zero, infinite or no number.
  public let sum: Double
}

extension WeightError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    "the sum of the weights is \(sum), expected a positive number"
  }
}
#endif
