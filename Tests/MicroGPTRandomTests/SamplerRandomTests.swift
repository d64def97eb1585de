import MicroGPTRandom
import Testing

/// Numbers of one stream, worked out in Python's unbounded integers.
struct StreamDraws: Sendable {
  let seed: UInt64
  let stream: UInt64
  let next: [UInt64]
  let nextUnit: [Double]

  static let all = [
    StreamDraws(
      seed: 0,
      stream: 0,
      next: [
        0x568A_9B0B_1A2C_05EC, 0x44E5_B8B1_47EF_718B, 0x4585_63AB_5552_1133,
        0x7AEC_6445_39B6_C0F9,
      ],
      nextUnit: [0.33805245419550545, 0.2691302712263999]
    ),
    StreamDraws(
      seed: 42,
      stream: 0,
      next: [
        0xC5A5_7E81_72F0_A9D2, 0x61B3_E514_F002_FD8B, 0xB4B2_555D_C7FC_D0AA,
        0x9A04_99C8_CFAE_7A8D,
      ],
      nextUnit: [0.7720564905202446, 0.3816512275807432]
    ),
    StreamDraws(
      seed: 42,
      stream: 1,
      next: [
        0x5541_7331_F90C_3204, 0x2B2F_BCC3_BDE9_946F, 0x8E46_733D_5EB1_5FE3,
        0x8708_8910_2128_3484,
      ],
      nextUnit: [0.3330299374584207, 0.16869716433385507]
    ),
    StreamDraws(
      seed: 1,
      stream: 42,
      next: [
        0xBD2A_4426_EE77_4292, 0xB8B5_3067_EEC8_F539, 0x93D4_9D31_29E3_A42C,
        0x4C98_66F3_3B69_3378,
      ],
      nextUnit: [0.7389261813209176, 0.7215147260419916]
    ),
    StreamDraws(
      seed: .max,
      stream: .max,
      next: [
        0xF049_4FE6_1643_41D9, 0x3878_C8E8_6EF6_71F9, 0x2F11_B6AB_6B2E_0EBE,
        0xB961_0F02_29AB_1CD2,
      ],
      nextUnit: [0.9386186539397956, 0.22059302973408434]
    ),
  ]
}

@Suite struct SamplerRandomTests {
  @Test(arguments: StreamDraws.all)
  func `a seed and a stream fix the numbers`(draws: StreamDraws) {
    var generator = SamplerRandom(seed: draws.seed, stream: draws.stream)
    #expect(draws.next.map { _ in generator.next() } == draws.next)

    generator = SamplerRandom(seed: draws.seed, stream: draws.stream)
    #expect(draws.nextUnit.map { _ in generator.nextUnit() } == draws.nextUnit)
  }

  @Test func `the standard library can draw from it`() {
    var generator = SamplerRandom(seed: 42, stream: 0)
    let numbers = Array(0..<100).shuffled(using: &generator)
    #expect(numbers != Array(0..<100))
    #expect(numbers.sorted() == Array(0..<100))
  }
}
