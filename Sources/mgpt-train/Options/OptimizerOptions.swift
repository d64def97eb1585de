import ArgumentParser
import MicroGPTTraining

extension Schedule: ExpressibleByArgument {}

/// How the weights move.
struct OptimizerOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "fast, in 32-bit floats; or reference, one scalar at a time.")
  var engine = EngineKind.fast

  @Option(\.stepCount) var steps: Int

  @Option(\.batchSize) var batchSize: Int

  @Option(\.learningRate) var learningRate: Double

  @Option(\.schedule) var schedule: Schedule

  @Option(\.warmupSteps) var warmupSteps: Int

  @Option(\.minimumLearningRate) var minimumRate: Double

  @Option(\.beta1) var beta1: Double

  @Option(\.beta2) var beta2: Double

  @Option(\.epsilon) var epsilon: Double

  @Option(\.weightDecay) var weightDecay: Double

  @Option(\.maximumGradientNorm) var gradientClip: Double

  @Option(\.dropout) var dropout: Double

  @Option(\.seed) var seed: UInt64
}
