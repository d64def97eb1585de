/// How text is generated; the defaults follow the model at a temperature of 0.5.
///
/// They act in the order of the specification's section 14: the repetition
/// penalty, what may be drawn at all, the temperature, top-k, top-p, min-p, the
/// draw.
public struct GenerationOptions: Sendable, Hashable {
  /// What becomes of a text when the context of `block_size` positions is full.
  public enum ContextOverflow: Sendable, Hashable {
    /// It ends, as microgpt.py's do.
    case stop
    /// It goes on: the later half of the context is read anew, after a BOS.
    case slide
  }

  /// What chance depends on; by default a number of 32 bits that is drawn anew
  /// for each call, and told by the samples.
  public var seed: UInt64?
  /// What the logits are divided by, 0 or more: at 0 the likeliest token always
  /// wins, at 1 chances are those of the training data.
  public var temperature: Float
  /// The number of likeliest tokens to draw from, 1 or more; `nil` for all.
  public var topK: Int?
  /// The share of chance to draw from, above 0, at most 1: the fewest likeliest
  /// tokens that have it.
  ///
  /// Source: Holtzman et al. 2020, “The curious case of neural text
  /// degeneration”.
  public var topP: Float
  /// How likely a token must be, as a share of the likeliest one's chance, 0 to
  /// 1.
  ///
  /// Source: Nguyen et al. 2024, “Turning up the heat: min-p sampling”.
  public var minP: Float
  /// What the logit of a character is divided by, or multiplied with if it is
  /// negative, where the context has the character already; above 0, 1 for no
  /// penalty.
  ///
  /// Source: Keskar et al. 2019, “CTRL: a conditional transformer language
  /// model”.
  public var repetitionPenalty: Float
  /// The fewest characters to generate before the model may end the text.
  public var minimumLength: Int
  /// The most characters to generate; by default what the context holds.
  public var maximumLength: Int?
  /// Whether a sample without prompt may be empty: may end before its first
  /// character.
  public var allowsEmptyText: Bool
  /// What becomes of a text when the context is full.
  public var contextOverflow: ContextOverflow
  /// Texts that end the continuation before them.
  public var stopStrings: [String]
  /// Characters that are never drawn.
  public var bannedCharacters: [Unicode.Scalar]
  /// The characters to draw from; `nil` for all.
  public var allowedCharacters: [Unicode.Scalar]?
  /// Characters at places of the continuation, counted from 0, that are not
  /// drawn but given; the model does not end the text before the last of them.
  public var forcedCharacters: [Int: Unicode.Scalar]
  /// Whether the logarithms of chances are computed.
  public var reportsLogProbabilities: Bool

  /// Creates options, which are checked when they are used.
  ///
  /// - Parameters:
  ///   - seed: What chance depends on.
  ///   - temperature: What the logits are divided by.
  ///   - topK: The number of likeliest tokens to draw from.
  ///   - topP: The share of chance to draw from.
  ///   - minP: How likely a token must be beside the likeliest.
  ///   - repetitionPenalty: What repeated characters lose.
  ///   - minimumLength: The fewest characters to generate.
  ///   - maximumLength: The most characters to generate.
  ///   - allowsEmptyText: Whether a sample without prompt may be empty.
  ///   - contextOverflow: What becomes of a text when the context is full.
  ///   - stopStrings: Texts that end the continuation.
  ///   - bannedCharacters: Characters that are never drawn.
  ///   - allowedCharacters: The characters to draw from.
  ///   - forcedCharacters: Characters at places of the continuation.
  ///   - reportsLogProbabilities: Whether logarithms of chances are computed.
  public init(
    seed: UInt64? = nil, temperature: Float = 0.5, topK: Int? = nil,
    topP: Float = 1,
    minP: Float = 0, repetitionPenalty: Float = 1, minimumLength: Int = 0,
    maximumLength: Int? = nil, allowsEmptyText: Bool = false,
    contextOverflow: ContextOverflow = .stop, stopStrings: [String] = [],
    bannedCharacters: [Unicode.Scalar] = [],
    allowedCharacters: [Unicode.Scalar]? = nil,
    forcedCharacters: [Int: Unicode.Scalar] = [:],
    reportsLogProbabilities: Bool = false
  ) {
    self.seed = seed
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.minimumLength = minimumLength
    self.maximumLength = maximumLength
    self.allowsEmptyText = allowsEmptyText
    self.contextOverflow = contextOverflow
    self.stopStrings = stopStrings
    self.bannedCharacters = bannedCharacters
    self.allowedCharacters = allowedCharacters
    self.forcedCharacters = forcedCharacters
    self.reportsLogProbabilities = reportsLogProbabilities
  }

  /// Checks what does not depend on the model.
  ///
  /// - Throws: ``GenerationError/invalidOption(_:found:expected:)`` for the first
  ///   option outside its limits; NaN is outside of any.
  public func validate() throws(GenerationError) {
    func check<Number: Comparable & CustomStringConvertible>(
      _ value: Number?, _ option: GenerationError.Option,
      _ limits: ClosedRange<Number>, _ expected: String
    ) throws(GenerationError) {
      guard let value, !limits.contains(value) else { return }
      throw .invalidOption(option, found: value.description, expected: expected)
    }
    let maximum = Float.greatestFiniteMagnitude
    let minimum = Float.leastNonzeroMagnitude
    try check(temperature, .temperature, 0...maximum, "0 or more, finite")
    try check(topK, .topK, 1...Int.max, "1 or more")
    try check(topP, .topP, minimum...1, "above 0, at most 1")
    try check(minP, .minP, 0...1, "0 to 1")
    try check(
      repetitionPenalty, .repetitionPenalty, minimum...maximum,
      "above 0, finite"
    )
    try check(minimumLength, .minimumLength, 0...Int.max, "0 or more")
    try check(
      maximumLength, .maximumLength, minimumLength...Int.max,
      "\(minimumLength) or more")
    try check(
      forcedCharacters.keys.min(), .forcedCharacters, 0...Int.max,
      "places from 0 on")
    guard !stopStrings.contains(where: { $0.utf8.isEmpty }) else {
      throw .invalidOption(
        .stopStrings, found: "empty", expected: "at least one character")
    }
  }
}
