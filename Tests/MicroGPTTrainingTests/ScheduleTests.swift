import Foundation
import MicroGPTTraining
import Testing

@Suite struct ScheduleTests {
  @Test func theDefaultIsMicrogpts() throws {
    let options = try TrainingOptions(stepCount: 7, learningRate: 0.02)
    for step in 0..<7 {
      let expected = 0.02 * (1 - Double(step) / 7)
      #expect(options.learningRate(ofStep: step) == expected)
    }
  }

  @Test(arguments: Schedule.allCases)
  func eachStepHasTheRateOfItsPlace(schedule: Schedule) throws {
    let options = try TrainingOptions(
      stepCount: 110, learningRate: 1, schedule: schedule, warmupSteps: 10,
      minimumLearningRate: 0.2)
    for step in 0..<110 {
      let x = Double(step - 10) / 100
      let expected =
        switch schedule {
        case _ where step < 10: Double(step + 1) / 11
        case .linear: 1 - 0.8 * x
        case .cosine: 0.2 + 0.8 * (1 + Foundation.cos(x * .pi)) / 2
        case .constant: 1.0
        }
      let rate = options.learningRate(ofStep: step)
      #expect(abs(rate - expected) < 1e-12, "step \(step)")
    }
  }

  @Test func aRunMayBeAllWarmUp() throws {
    let options = try TrainingOptions(
      stepCount: 3, learningRate: 1, warmupSteps: 3)
    #expect(
      (0..<3).map { options.learningRate(ofStep: $0) } == [0.25, 0.5, 0.75])
  }

  @Test func theBitsOfTheCosineAreItsOwn() throws {
    let options = try TrainingOptions(
      stepCount: 1000, learningRate: 1, schedule: .cosine)
    // As every machine is to compute them.
    let bits = [0, 1, 333, 500, 999].map {
      options.learningRate(ofStep: $0).bitPattern
    }
    #expect(
      bits == [
        4_607_182_418_800_017_408, 4_607_182_396_575_662_334,
        4_604_934_702_063_968_818, 4_602_678_819_172_646_912,
        4_522_936_407_588_995_072,
      ])
  }
}
