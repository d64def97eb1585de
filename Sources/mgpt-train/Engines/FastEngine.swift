import MicroGPTTraining

/// The engine in 32-bit floats.
extension Trainer: TrainingEngine {
  func samples(count: Int, temperature: Double) throws -> [String] {
    try texts(count: count, temperature: temperature)
  }
}
