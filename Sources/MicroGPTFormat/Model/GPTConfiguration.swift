/// The dimensions of a microgpt model: everything that decides the shapes of
/// its weights.
///
/// The values of this type satisfy the limits below, so that arithmetic on
/// them (a tensor's byte count, the sum over all tensors) cannot overflow
/// 64 bits.
///
/// Spec: section 5, “CONF”.
public struct GPTConfiguration: Sendable, Hashable {
  /// The number of transformer layers, `n_layer`, in ``layerCountRange``.
  public let layerCount: Int
  /// The number of attention heads, `n_head`; it divides ``embeddingWidth``.
  public let headCount: Int
  /// The width of the residual stream, `n_embd`, in ``embeddingWidthRange``.
  public let embeddingWidth: Int
  /// The maximum number of positions, `block_size`, in ``blockSizeRange``.
  public let blockSize: Int
  /// The number of tokens, `vocab_size`: the characters and BOS.
  public let vocabularySize: Int

  /// The permitted values of `n_layer`.
  public static let layerCountRange = 1...1_000
  /// The permitted values of `n_embd`, and the bound of `n_head`.
  public static let embeddingWidthRange = 1...65_536
  /// The permitted values of `block_size`.
  public static let blockSizeRange = 1...1_048_576
  /// The permitted values of `vocab_size`: at least one character and BOS, at
  /// most all Unicode scalars and BOS.
  public static let vocabularySizeRange = 2...1_112_065

  /// Creates a configuration after checking it.
  ///
  /// - Parameters:
  ///   - layerCount: The number of layers.
  ///   - headCount: The number of attention heads; divides the width.
  ///   - embeddingWidth: The width of the residual stream.
  ///   - blockSize: The greatest number of positions.
  ///   - vocabularySize: The number of characters plus one for BOS.
  /// - Throws: ``ConfigurationError``, which names the first field outside its
  ///   limits.
  public init(
    layerCount: Int = 1,
    headCount: Int = 4,
    embeddingWidth: Int = 16,
    blockSize: Int = 16,
    vocabularySize: Int
  ) throws(ConfigurationError) {
    func check(
      _ value: Int, _ field: ConfigurationError.Field,
      in limits: ClosedRange<Int>
    ) throws(ConfigurationError) {
      guard limits.contains(value) else {
        throw ConfigurationError(
          field: field, found: value,
          expected: "\(limits.lowerBound) to \(limits.upperBound)")
      }
    }
    try check(layerCount, .layerCount, in: Self.layerCountRange)
    try check(headCount, .headCount, in: Self.embeddingWidthRange)
    try check(embeddingWidth, .embeddingWidth, in: Self.embeddingWidthRange)
    try check(blockSize, .blockSize, in: Self.blockSizeRange)
    try check(vocabularySize, .vocabularySize, in: Self.vocabularySizeRange)
    guard embeddingWidth.isMultiple(of: headCount) else {
      throw ConfigurationError(
        field: .headCount, found: headCount,
        expected: "a divisor of n_embd (\(embeddingWidth))")
    }
    self.layerCount = layerCount
    self.headCount = headCount
    self.embeddingWidth = embeddingWidth
    self.blockSize = blockSize
    self.vocabularySize = vocabularySize
  }

  /// The width of one attention head, `n_embd / n_head`.
  public var headWidth: Int { embeddingWidth / headCount }

  /// The width of the MLP's hidden layer, 4 × `n_embd`.
  public var hiddenWidth: Int { 4 * embeddingWidth }

  /// The model's weight matrices in microgpt.py's order: `wte`, `wpe`,
  /// `lm_head`, then those of each layer.
  ///
  /// It is the order in which initial weights are drawn; a file keeps its
  /// tensors sorted by name instead. O(layers).
  public var weightShapes: [WeightShape] {
    weightShapesBesideLayers + (0..<layerCount).flatMap(weightShapes(ofLayer:))
  }

  /// The embeddings and the output matrix.
  var weightShapesBesideLayers: [WeightShape] {
    [("wte", vocabularySize), ("wpe", blockSize), ("lm_head", vocabularySize)]
      .map { WeightShape(name: $0, rows: $1, columns: embeddingWidth) }
  }

  /// The weights of one layer.
  func weightShapes(ofLayer layer: Int) -> [WeightShape] {
    let width = embeddingWidth
    return [
      ("attn_wq", width, width), ("attn_wk", width, width),
      ("attn_wv", width, width), ("attn_wo", width, width),
      ("mlp_fc1", hiddenWidth, width), ("mlp_fc2", width, hiddenWidth),
    ].map { WeightShape(name: "layer\(layer).\($0)", rows: $1, columns: $2) }
  }

  /// The number of weights in the whole model, O(1).
  public var parameterCount: Int {
    let perLayer = 12 * embeddingWidth * embeddingWidth
    return (2 * vocabularySize + blockSize) * embeddingWidth
      + layerCount * perLayer
  }
}

/// One weight matrix of the model: its name and shape, [out, in].
public struct WeightShape: Sendable, Hashable {
  /// The name that microgpt.py gives it, as `layer0.attn_wq`.
  public let name: String
  /// The number of outputs.
  public let rows: Int
  /// The number of inputs.
  public let columns: Int

  /// The number of weights, rows × columns.
  public var elementCount: Int { rows * columns }
}

/// A dimension outside its limits.
public struct ConfigurationError: Error, Sendable, Hashable {
  /// A field of the configuration, spelt as the specification spells it.
  public enum Field: String, Sendable {
    case layerCount = "n_layer"
    case headCount = "n_head"
    case embeddingWidth = "n_embd"
    case blockSize = "block_size"
    case vocabularySize = "vocab_size"
  }

  /// The field in question.
  public let field: Field
  /// Its value.
  public let found: Int
  /// What it should have been.
  public let expected: String
}

extension ConfigurationError: CustomStringConvertible {
  /// The error as one clause, as `n_head is 3, expected a divisor of n_embd
  /// (16)`.
  public var description: String {
    "\(field.rawValue) is \(found), expected \(expected)"
  }
}
