/// A generated text.
public struct Sample: Sendable, Hashable {
  /// Why generation ended.
  public enum FinishReason: String, Sendable {
    /// The model ended the text.
    case stop
    /// The context, or the permitted length, was used up.
    case length
    /// A stop string would have come next.
    case stopString = "stop_string"
    /// Whoever took the characters wanted no more of them.
    case cancelled
  }

  /// The prompt as it was given.
  public let prompt: String
  /// What the model wrote after it.
  public let continuation: String
  /// The number of characters, and so of tokens, in the prompt.
  public let promptTokenCount: Int
  /// The number of characters, and so of tokens, in the continuation.
  public let continuationTokenCount: Int
  /// The natural logarithm of the chance of each character of the continuation;
  /// `nil` unless the options ask for it.
  public let logProbabilities: [Double]?
  /// Why generation ended.
  public let finishReason: FinishReason
  /// What chance depended on, with the index.
  public let seed: UInt64
  /// Its number among the samples of the seed.
  public let index: UInt64

  /// The prompt and the continuation.
  public var text: String { prompt + continuation }
}
