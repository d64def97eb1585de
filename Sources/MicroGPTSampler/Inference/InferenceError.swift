import MicroGPTFormat

/// An error that keeps rows from going through a model.
enum InferenceError: Error {
  case outOfMemory(OutOfMemory)
  /// A text has a logit that is not finite.
  case logitNotFinite(text: Int, position: Int)

  /// Does what may lack memory.
  static func memory<Result: ~Copyable>(
    _ body: () throws(OutOfMemory) -> Result
  ) throws(InferenceError) -> Result {
    do throws(OutOfMemory) { return try body() } catch {
      throw .outOfMemory(error)
    }
  }
}
