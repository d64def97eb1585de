import CMicroGPTKernels
import MicroGPTParallel

/// Adam with bias correction (Kingma & Ba 2015, algorithm 1 in the form at the
/// end of section 2) and decoupled weight decay (Loshchilov & Hutter 2019).
///
/// Threads may update at the same time what does not overlap.
final class Adam: @unchecked Sendable {
  let firstMoments: FloatBuffer  // (parameters)
  let secondMoments: FloatBuffer  // (parameters)
  private let options: TrainingOptions
  private let kernels: mgpt_kernels
  // beta1^t and beta2^t after t steps. In f32 the corrections 1 − beta^t would
  // lose digits in the first steps.
  private var power1 = 1.0
  private var power2 = 1.0
  private var step = mgpt_adam_step()

  init(
    parameterCount: Int, options: TrainingOptions, kernels: mgpt_kernels
  ) throws(OutOfMemory) {
    firstMoments = try FloatBuffer(
      count: parameterCount, for: "Adam's moments")
    secondMoments = try FloatBuffer(
      count: parameterCount, for: "Adam's moments")
    self.options = options
    self.kernels = kernels
  }

  /// Takes up the powers of the betas where so many steps left them, to the
  /// last bit, in O(steps) at most.
  func resume(after steps: Int) {
    (power1, power2) = (1, 1)
    for _ in 0..<steps {
      if power1 == 0 && power2 == 0 { break }
      power1 *= options.beta1
      power2 *= options.beta2
    }
  }

  /// Begins the next step; no update may be under way.
  ///
  /// - Parameters:
  ///   - learningRate: The schedule's.
  ///   - gradientScale: What gradients are multiplied by.
  func begin(learningRate: Double, gradientScale: Double) {
    power1 *= options.beta1
    power2 *= options.beta2
    let correction2 = (1 - power2).squareRoot()
    step = mgpt_adam_step(
      rate: Float(learningRate * correction2 / (1 - power1)),
      beta1: Float(options.beta1), complement1: Float(1 - options.beta1),
      beta2: Float(options.beta2),
      root_complement2: Float((1 - options.beta2).squareRoot()),
      epsilon: Float(options.epsilon * correction2),
      keep: Float(1 - learningRate * options.weightDecay),
      gradient_scale: Float(gradientScale))
  }

  /// Updates a range of the weights.
  func update(
    _ weights: FloatBuffer, _ gradients: UnsafePointer<Float>,
    _ range: Range<Int>
  ) {
    let start = range.lowerBound
    withUnsafePointer(to: step) { step in
      kernels.adam(
        weights.base + start, firstMoments.base + start,
        secondMoments.base + start, gradients + start, step, range.count)
    }
  }
}
