import CMicroGPTKernels
import Testing

/// The factors of dropout as mgpt_kernels.h spells them out: (count, width).
private func factors(
  _ dropout: mgpt_dropout, first: Int, _ count: Int, _ width: Int
) -> [Float] {
  (first..<first + count).flatMap { row in
    var key = dropout.key &+ UInt64(row + 1) &* 0x9e37_79b9_7f4a_7c15
    key = (key ^ key >> 30) &* 0xbf58_476d_1ce4_e5b9
    key = (key ^ key >> 27) &* 0x94d0_49bb_1331_11eb
    key ^= key >> 31
    return (0..<width).map { column in
      var bits = UInt32(truncatingIfNeeded: key)
      bits &+= UInt32(column) &* 0x9e37_79b9
      bits = (bits ^ bits >> 16) &* 0x85eb_ca6b
      bits = (bits ^ bits >> 13 ^ UInt32(key >> 32)) &* 0xc2b2_ae35
      return bits ^ bits >> 16 < dropout.threshold ? 0 : dropout.scale
    }
  }
}

extension KernelSet {
  /// The results of dropout on ones.
  fileprivate func ones(
    _ dropout: mgpt_dropout, first: Int = 0, _ count: Int, _ width: Int
  ) -> [Float] {
    var values = [Float](repeating: 1, count: count * width)
    withUnsafePointer(to: dropout) {
      kernels.drop(&values, values, nil, $0, first, count, width)
    }
    return values
  }
}

@Suite struct DropoutTests {
  @Test(
    arguments: KernelSet.all,
    [(1, 1), (3, 5), (2, 16), (4, 17), (5, 31), (3, 48), (1, 600), (0, 4)])
  func elementsAreLeftOutAsSaid(set: KernelSet, shape: (Int, Int)) {
    let (count, width) = shape
    var numbers = Numbers()
    let x = numbers.array(count * width)
    let residual = numbers.array(count * width)
    let first = Int(numbers.bits() >> 50)
    for threshold in [1 << 28, 1 << 31, 0xe000_0000] as [UInt32] {
      let dropout = mgpt_dropout(
        key: numbers.bits(), threshold: threshold, scale: 1.25)
      let kept = factors(dropout, first: first, count, width)
      var y = [Float](repeating: .nan, count: count * width)
      withUnsafePointer(to: dropout) {
        set.kernels.drop(&y, x, nil, $0, first, count, width)
      }
      #expect(y == zip(x, kept).map { $0 * $1 }, "seed \(numbers.seed)")

      // The outputs may overwrite the inputs or the residual.
      let expected = x.indices.map {
        set.multiplyAdd(x[$0], kept[$0], residual[$0])
      }
      var (inputs, sums) = (x, residual)
      withUnsafePointer(to: dropout) {
        set.kernels.drop(&inputs, inputs, residual, $0, first, count, width)
        set.kernels.drop(&sums, x, sums, $0, first, count, width)
      }
      #expect(inputs == expected, "seed \(numbers.seed)")
      #expect(sums == expected, "seed \(numbers.seed)")
    }
  }

  @Test(arguments: KernelSet.all)
  func aShareOfNoneKeepsAll(set: KernelSet) {
    let dropout = mgpt_dropout(key: 7, threshold: 0, scale: 1)
    #expect(set.ones(dropout, 50, 33).allSatisfy { $0 == 1 })
  }

  /// Within five standard deviations, of a million elements.
  @Test(arguments: [0.1, 0.5, 0.9])
  func asManyAreLeftOutAsAsked(share: Double) throws {
    let set = try #require(KernelSet.all.first)
    let dropout = mgpt_dropout(
      key: 42, threshold: UInt32(share * 0x1p32), scale: 1)
    let (count, width) = (1000, 1000)
    let kept = set.ones(dropout, count, width)
    func expect(_ kept: some Sequence<Float>, of count: Int) {
      let deviation = (Double(count) * share * (1 - share)).squareRoot()
      let difference =
        Double(kept.reduce(0, +)) - Double(count) * (1 - share)
      #expect(abs(difference) < 5 * deviation)
    }
    expect(kept, of: count * width)
    for index in stride(from: 0, to: 1000, by: 97) {
      // A row, a column.
      expect(kept[index * width..<(index + 1) * width], of: width)
      expect((0..<count).lazy.map { kept[$0 * width + index] }, of: count)
    }
  }

  /// Whether an element is left out does not depend on its neighbours.
  @Test func neighboursAreIndependent() throws {
    let set = try #require(KernelSet.all.first)
    let (count, width) = (500, 400)
    let share = 0.25
    func kept(_ keys: UInt64..., first: Int = 0) -> [Float] {
      let dropout = mgpt_dropout(
        key: keys.reduce(42, mgpt_key), threshold: 1 << 30, scale: 1)
      return set.ones(dropout, first: first, count, width)
    }
    let all = kept(3, 2, 1)
    func covariance(_ other: some Sequence<Float>) -> Double {
      zip(all, other).reduce(0) {
        $0 + (Double($1.0) - 1 + share) * (Double($1.1) - 1 + share)
      }
    }
    let deviation = Double(count * width).squareRoot() * share * (1 - share)
    #expect(covariance(all) > 100 * deviation)
    for other in [
      kept(3, 2, 2), kept(3, 3, 1), kept(4, 2, 1), kept(2, 3, 1),
      kept(3, 2, 1, first: 1), kept(3, 2, 1, first: 4), kept(3, 2, 0),
    ] {
      #expect(abs(covariance(other)) < 5 * deviation)
    }
    for distance in [1, 2, 3, 16, 64] {
      #expect(abs(covariance(all.dropFirst(distance))) < 5 * deviation)
    }
  }

  @Test func keysAreSplitMix64s() {
    // The generator's first outputs from seed 1234567, as published with it.
    #expect(mgpt_key(1_234_567, 0) == 6_457_827_717_110_365_317)
    #expect(mgpt_key(1_234_567, 1) == 3_203_168_211_198_807_973)
  }
}
