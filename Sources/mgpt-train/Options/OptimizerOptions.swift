import ArgumentParser
import MicroGPTTraining

extension Schedule: ExpressibleByArgument {}

/// How the weights move.
struct OptimizerOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "fast, in 32-bit floats; or reference, one scalar at a time.")
  var engine = EngineKind.fast

  @Option(
    name: .long, parsing: .unconditional,
    help: "Steps of training, 1 to 1000000000.")
  var steps = 1000

  @Option(
    name: .long, parsing: .unconditional, help: "Documents a step, 1 to 65536.")
  var batchSize = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: "The greatest learning rate, 0 to 10.")
  var learningRate = 0.01

  @Option(
    name: .long,
    help: "How it falls: linear, cosine, or not at all, constant.")
  var schedule = Schedule.linear

  @Option(
    name: .long, parsing: .unconditional,
    help: "Steps over which it rises first, 0 to 1000000000.")
  var warmupSteps = 0

  @Option(
    name: .long, parsing: .unconditional,
    help: "The rate to which it falls, 0 to --learning-rate.")
  var minimumRate = 0.0

  @Option(
    name: .long, parsing: .unconditional,
    help: "Adam's decay of the mean gradient, 0 to 0.999999.")
  var beta1 = 0.85

  @Option(
    name: .long, parsing: .unconditional,
    help: "Adam's decay of the mean square, 0 to 0.999999.")
  var beta2 = 0.99

  @Option(
    name: .long, parsing: .unconditional,
    help: "What Adam adds to the root, 1e-30 to 1.")
  var epsilon = 1e-8

  @Option(
    name: .long, parsing: .unconditional,
    help: "Decoupled weight decay, 0 to 10.")
  var weightDecay = 0.0

  @Option(
    name: .long, parsing: .unconditional,
    help: "Norm to which a longer gradient is cut, 0 to 1e9; 0: none.")
  var gradientClip = 0.0

  @Option(
    name: .long, parsing: .unconditional,
    help: "Share of activations to drop at each step, 0 to 0.9.")
  var dropout = 0.0

  @Option(
    name: .long, parsing: .unconditional,
    help: "What chance depends on, 0 to 2^64 - 1.")
  var seed: UInt64 = 42
}
