#if Server
import Hummingbird
import MicroGPTSampler
import NIOConcurrencyHelpers

/// Generates texts on threads of its own, a bounded number at a time.
struct GenerationService: Sendable {
  /// What became of the requests that were let in.
  struct Tally: Equatable {
    /// Those that run or wait.
    var presentCount = 0
    /// Those that were answered, or refused with a reason.
    var answeredCount = 0
    /// Those whose clients left before, or that the end of the service cut.
    var abandonedCount = 0
  }

  let queue = WorkQueue()
  private let models: ModelCatalog
  private let limits: ServiceLimits
  private let counts = NIOLockedValueBox(Tally())

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - models: The models.
  ///   - limits: What a request may cost, and how many may run or wait.
  init(models: ModelCatalog, limits: ServiceLimits) {
    self.models = models
    self.limits = limits
  }

  /// What became of the requests so far.
  var tally: Tally { counts.withLockedValue { $0 } }

  /// Answers a request.
  ///
  /// Sample i is stream i of the seed, as in the command line. Each sample
  /// waits for a thread anew, so a request for many does not hold up one for
  /// few. A task that is cancelled leaves the queue, or ends with the character
  /// at hand.
  ///
  /// - Parameter request: The request.
  /// - Returns: The answer.
  /// - Throws: ``ServiceError`` if the model is unknown, cannot continue the
  ///   prompt, the request may cost too much or too many wait;
  ///   `CancellationError`.
  func answer(_ request: GenerateRequest) async throws -> GenerateAnswer {
    guard let (name, model) = models.model(named: request.model) else {
      throw ServiceError(
        status: .notFound, type: "not_found",
        message: "there is no such model, only "
          + models.names.joined(separator: ", "),
        parameter: GenerateRequest.Field.model.rawValue)
    }
    try GenerationCost(request, model).check(limits)
    try enter()
    do {
      let answer = try await answer(request, model, name)
      leave(\.answeredCount)
      return answer
    } catch let error as GenerationError {
      leave(\.answeredCount)
      throw ServiceError(error)
    } catch {
      leave(\.abandonedCount)
      throw error
    }
  }

  private func answer(
    _ request: GenerateRequest, _ model: LanguageModel, _ name: String
  ) async throws -> GenerateAnswer {
    let seed = request.seed ?? GenerationOptions.drawSeed()
    let options = GenerationOptions(
      seed: seed, temperature: Float(request.temperature),
      maximumLength: request.maximumLength)
    var samples: [GenerateAnswer.Text] = []
    for index in 0..<UInt64(request.count) {
      let sample = try await queue.run { isCancelled in
        let text = try model.characters(
          prompt: request.prompt, options: options, index: index)
        while text.advance() {
          guard !isCancelled() else { throw CancellationError() }
        }
        if let failure = text.failure { throw failure }
        for _ in text {}
        return text.sample
      }
      samples.append(GenerateAnswer.Text(sample))
    }
    return GenerateAnswer(model: name, seed: seed, samples: samples)
  }

  /// Counts a request in, if fewer than the limit run or wait.
  private func enter() throws {
    let isAdmitted = counts.withLockedValue { counts in
      guard counts.presentCount < limits.generationCount else { return false }
      counts.presentCount += 1
      return true
    }
    guard isAdmitted else {
      throw ServiceError.unavailable(
        "too many requests wait already", headers: [.retryAfter: "1"])
    }
  }

  /// Counts a request out.
  private func leave(_ outcome: WritableKeyPath<Tally, Int>) {
    counts.withLockedValue { counts in
      counts.presentCount -= 1
      counts[keyPath: outcome] += 1
    }
  }
}
#endif
