import MicroGPTFormat
import MicroGPTTraining

/// The engine in 32-bit floats.
final class FastEngine: TrainingEngine {
  private let trainer: Trainer

  init(_ trainer: Trainer) { self.trainer = trainer }

  var state: TrainingState { trainer.state }

  var completedSteps: Int { trainer.state.completedSteps }

  var isFinished: Bool { trainer.state.isFinished }

  var isValidationDue: Bool { trainer.state.isValidationDue }

  var tokenCount: Int { trainer.tokenCount }

  func step() -> Double { trainer.step() }

  func validate() -> Validation? { trainer.validate() }

  var hasFiniteWeights: Bool { trainer.hasFiniteWeights }

  func manifest(codec: Codec, labels: Properties?) -> Manifest {
    trainer.manifest(codec: codec, labels: labels)
  }

  func append(
    _ tensor: TensorDescriptor, to writer: CheckpointWriter
  ) throws(CheckpointError) {
    try trainer.append(tensor, to: writer)
  }

  func samples(count: Int, temperature: Double) throws -> [String] {
    try texts(count: count, temperature: temperature)
  }
}
