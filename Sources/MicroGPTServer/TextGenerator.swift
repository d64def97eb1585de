#if Server
import Hummingbird
import MicroGPTSampler
import NIOConcurrencyHelpers
import NIOPosix

/// Generates texts on threads of its own, a bounded number at a time.
struct TextGenerator: Sendable {
  private let models: ModelCatalog
  private let limit: Int
  private let occupancy = NIOLockedValueBox(0)

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - models: The models.
  ///   - limit: The most requests that run or wait at once.
  init(models: ModelCatalog, limit: Int) {
    self.models = models
    self.limit = limit
  }

  /// Answers a request.
  ///
  /// Sample i is stream i of the seed, as in the command line. Each sample
  /// waits for a thread anew, so a request for many does not hold up one for
  /// few, and what is cancelled ends after the sample at hand.
  ///
  /// - Parameter request: The request.
  /// - Returns: The answer.
  /// - Throws: ``ServiceError`` if the model is unknown, cannot continue the
  ///   prompt, or too many requests wait; `CancellationError`.
  func answer(_ request: GenerateRequest) async throws -> GenerateAnswer {
    guard let (name, model) = models.model(named: request.model) else {
      throw ServiceError(
        status: .notFound, type: "not_found",
        message: "there is no such model, only "
          + models.names.joined(separator: ", "),
        parameter: GenerateRequest.Field.model.rawValue)
    }
    try enter()
    defer { occupancy.withLockedValue { $0 -= 1 } }

    // As in mgpt-sample; every JSON library reads 32 bits exactly.
    let seed = request.seed ?? UInt64(UInt32.random(in: 0...UInt32.max))
    let options = GenerationOptions(
      seed: seed, temperature: Float(request.temperature),
      maximumLength: request.maximumLength)
    var samples: [GenerateAnswer.Text] = []
    do {
      for index in 0..<UInt64(request.count) {
        try Task.checkCancellation()
        // NIO's own pool of threads for work that blocks: one a processor.
        let sample = try await NIOThreadPool.singleton.runIfActive {
          try model.generate(
            prompt: request.prompt, options: options, index: index)
        }
        samples.append(GenerateAnswer.Text(sample))
      }
    } catch let error as GenerationError {
      throw ServiceError.unprocessable(
        GenerateRequest.Field.prompt.rawValue, "\(error)")
    }
    return GenerateAnswer(model: name, seed: seed, samples: samples)
  }

  /// Counts a request in, if there is room.
  private func enter() throws {
    let isAdmitted = occupancy.withLockedValue { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw ServiceError.unavailable(
        "too many requests wait already", headers: [.retryAfter: "1"])
    }
  }
}
#endif
