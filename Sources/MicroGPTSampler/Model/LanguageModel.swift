// Whoever opens a model meets its types: how to open, errors, vocabulary.
@_exported import MicroGPTFormat
import MicroGPTParallel

/// A model that generates text: a checkpoint's weights, seen as floats.
///
///     let model = try LanguageModel(path: "names.mgpt")
///     let sample = try model.generate(prompt: "Ma")
///     print(sample.text)
///
/// The weights are never written to, so one model serves any number of threads
/// at once; each generation has a state of its own.
public final class LanguageModel: Sendable {
  /// The dimensions of the model.
  public let configuration: GPTConfiguration
  /// The characters of the model.
  public let vocabulary: Vocabulary

  let weights: Weights
  /// The threads that share work; `nil` for the caller alone.
  let pool: WorkerPool?

  /// Opens a checkpoint file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mode: How its bytes come into memory. Raw f32 weights are used where
  ///     they lie in it.
  ///   - verifying: Whether weights are checked against their checksums, for
  ///     which all are read, and against NaN and infinities; without, weights
  ///     that are used where they lie are not looked at, and a damaged file may
  ///     give nonsense, or an error of a generation.
  ///   - threadCount: The threads that make a text of a large model, or many
  ///     texts of any, the caller's included; texts do not depend on it.
  /// - Throws: `CheckpointError` if the file cannot be read, breaks a rule of
  ///   the format or is damaged, or a weight is not finite.
  /// - Complexity: O(weights); O(1) memory beside the map for raw f32 weights.
  public convenience init(
    path: String, mode: Checkpoint.OpeningMode = .automatic,
    verifying: Bool = true,
    threadCount: Int = 1
  ) throws(CheckpointError) {
    try self.init(
      Checkpoint(path: path, mode: mode), verifying: verifying,
      threadCount: threadCount)
  }

  /// Opens a checkpoint that is in memory, and checks its weights.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - threadCount: The threads that share work.
  /// - Throws: `CheckpointError` if it breaks a rule of the format or is
  ///   damaged, or a weight is not finite.
  public convenience init(
    bytes: [UInt8], threadCount: Int = 1
  ) throws(CheckpointError) {
    try self.init(
      Checkpoint(bytes: bytes), verifying: true, threadCount: threadCount)
  }

  /// Uses an open checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint, which the model keeps alive.
  ///   - verifying: Whether weights are checked, as above.
  ///   - threadCount: The threads that share work.
  /// - Throws: `CheckpointError` if weights are damaged or not finite.
  public convenience init(
    _ checkpoint: Checkpoint, verifying: Bool = true, threadCount: Int = 1
  ) throws(CheckpointError) {
    self.init(
      checkpoint, try Weights(checkpoint, verifying: verifying),
      threadCount: threadCount)
  }

  private init(_ checkpoint: Checkpoint, _ weights: Weights, threadCount: Int) {
    configuration = checkpoint.manifest.configuration
    vocabulary = checkpoint.manifest.vocabulary
    self.weights = weights
    pool = threadCount > 1 ? WorkerPool(threadCount: threadCount) : nil
  }
}
