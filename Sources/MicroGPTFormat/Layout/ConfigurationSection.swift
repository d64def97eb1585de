/// The section CONF: architecture and dimensions.
///
/// Spec: section 5.
enum ConfigurationSection {
  static let byteCount = 32

  /// microgpt: RMSNorm without gain, multi-head attention, no biases.
  private static let architecture: UInt32 = 1
  /// ReLU in the MLP.
  private static let activation: UInt32 = 1
  /// An output matrix of its own, `lm_head`.
  private static let tying: UInt32 = 0

  /// Reads the section; the inverse of ``serialized(_:)``.
  static func parse(
    _ bytes: Slice<UnsafeRawBufferPointer>
  ) throws(FormatError) -> GPTConfiguration {
    var parser = ByteParser(bytes, context: "CONF")
    guard bytes.count == byteCount else {
      throw parser.error(
        .wrongLayout, "", found: "\(bytes.count) bytes", expected: byteCount)
    }
    try require(architecture, "architecture", "microgpt", &parser)
    try require(activation, "activation", "ReLU", &parser)
    try require(tying, "tying", "untied", &parser)
    let start = parser.byteOffset
    let layerCount: UInt32 = try parser.integer("n_layer")
    let headCount: UInt32 = try parser.integer("n_head")
    let embeddingWidth: UInt32 = try parser.integer("n_embd")
    let blockSize: UInt32 = try parser.integer("block_size")
    let vocabularySize: UInt32 = try parser.integer("vocab_size")
    do {
      return try GPTConfiguration(
        layerCount: Int(layerCount), headCount: Int(headCount),
        embeddingWidth: Int(embeddingWidth), blockSize: Int(blockSize),
        vocabularySize: Int(vocabularySize))
    } catch {
      throw parser.error(
        .outOfRange, error.field.rawValue,
        at: start + 4 * Self.fields.prefix { $0 != error.field }.count,
        found: error.found, expected: error.expected)
    }
  }

  /// The section's bytes; the inverse of ``parse(_:)``.
  static func serialized(_ configuration: GPTConfiguration) -> [UInt8] {
    var builder = ByteBuilder()
    builder.append(architecture)
    builder.append(activation)
    builder.append(tying)
    builder.append(UInt32(configuration.layerCount))
    builder.append(UInt32(configuration.headCount))
    builder.append(UInt32(configuration.embeddingWidth))
    builder.append(UInt32(configuration.blockSize))
    builder.append(UInt32(configuration.vocabularySize))
    return builder.bytes
  }

  /// The dimensions in the order in which they stand in the section.
  private static let fields: [ConfigurationError.Field] = [
    .layerCount, .headCount, .embeddingWidth, .blockSize, .vocabularySize,
  ]

  @inline(never)  // for the size of the C library
  private static func require(
    _ code: UInt32, _ field: String, _ meaning: String,
    _ parser: inout ByteParser
  ) throws(FormatError) {
    let offset = parser.byteOffset
    let found: UInt32 = try parser.integer(field)
    guard found == code else {
      throw parser.error(
        .unknownCode, field, at: offset, found: found,
        expected: "\(code) (\(meaning))")
    }
  }
}
