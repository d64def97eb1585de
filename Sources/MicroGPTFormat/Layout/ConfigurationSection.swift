/// The section CONF: architecture and dimensions.
///
/// Spec: section 5.
struct ConfigurationSection {
  static let name = "CONF"
  private static let byteCount = 32

  enum Fields {
    static let architecture = Field("architecture", at: 0)
    static let activation = Field("activation", at: 4)
    static let tying = Field("tying", at: 8)
    static let layerCount = Field("n_layer", at: 12)
    static let headCount = Field("n_head", at: 16)
    static let embeddingWidth = Field("n_embd", at: 20)
    static let blockSize = Field("block_size", at: 24)
    static let vocabularySize = Field("vocab_size", at: 28)

    fileprivate static func of(_ dimension: ConfigurationError.Field) -> Field {
      switch dimension {
      case .layerCount: layerCount
      case .headCount: headCount
      case .embeddingWidth: embeddingWidth
      case .blockSize: blockSize
      case .vocabularySize: vocabularySize
      }
    }
  }

  /// microgpt: RMSNorm without gain, multi-head attention, no biases.
  private static let architecture: UInt32 = 1
  /// ReLU in the MLP.
  private static let activation: UInt32 = 1
  /// An output matrix of its own, `lm_head`.
  private static let tying: UInt32 = 0

  let configuration: GPTConfiguration

  init(_ configuration: GPTConfiguration) {
    self.configuration = configuration
  }

  /// Reads the section; the inverse of ``serialized()``.
  init(parsing bytes: Slice<UnsafeRawBufferPointer>) throws(FormatError) {
    var parser = ByteParser(bytes, context: Self.name)
    guard bytes.count == Self.byteCount else {
      throw parser.error(
        .wrongLayout, "", found: "\(bytes.count) bytes",
        expected: Self.byteCount)
    }
    try Self.require(
      Self.architecture, Fields.architecture, "microgpt", &parser)
    try Self.require(Self.activation, Fields.activation, "ReLU", &parser)
    try Self.require(Self.tying, Fields.tying, "untied", &parser)
    let layerCount: UInt32 = try parser.integer(Fields.layerCount)
    let headCount: UInt32 = try parser.integer(Fields.headCount)
    let embeddingWidth: UInt32 = try parser.integer(Fields.embeddingWidth)
    let blockSize: UInt32 = try parser.integer(Fields.blockSize)
    let vocabularySize: UInt32 = try parser.integer(Fields.vocabularySize)
    do {
      configuration = try GPTConfiguration(
        layerCount: Int(layerCount), headCount: Int(headCount),
        embeddingWidth: Int(embeddingWidth), blockSize: Int(blockSize),
        vocabularySize: Int(vocabularySize))
    } catch {
      throw parser.error(
        .outOfRange, Fields.of(error.field), found: error.found,
        expected: error.expected)
    }
  }

  /// The section's bytes; the inverse of ``init(parsing:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    builder.append(Self.architecture)
    builder.append(Self.activation)
    builder.append(Self.tying)
    builder.append(UInt32(configuration.layerCount))
    builder.append(UInt32(configuration.headCount))
    builder.append(UInt32(configuration.embeddingWidth))
    builder.append(UInt32(configuration.blockSize))
    builder.append(UInt32(configuration.vocabularySize))
    return builder.bytes
  }

  @inline(never)  // for the size of the C library
  private static func require(
    _ code: UInt32, _ field: Field, _ meaning: String,
    _ parser: inout ByteParser
  ) throws(FormatError) {
    let found: UInt32 = try parser.integer(field)
    guard found == code else {
      throw parser.error(
        .unknownCode, field, found: found, expected: "\(code) (\(meaning))")
    }
  }
}
