import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTText

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What there is to say of a checkpoint, as tables and as JSON.
struct CheckpointReport: Encodable {
  let version: String
  let fileLength: Int
  let config: Config
  let vocab: String
  let sections: [Section]
  let tensors: [Tensor]
  let metadata: [String: Value]?
  let training: [String: Value]?

  struct Config: Encodable {
    let architecture = "microgpt"
    let activation = "relu"
    let tying = "untied"
    let nLayer: Int
    let nHead: Int
    let nEmbd: Int
    let blockSize: Int
    let vocabSize: Int
    let parameters: Int
  }

  struct Section: Encodable {
    let tag: String
    let offset: Int
    let length: Int
    let crc32: UInt32
  }

  struct Tensor: Encodable {
    let name: String
    let role: String
    let dtype: String
    let shape: [Int]
    let codec: String
    let offset: Int
    let storedLength: Int
    let decodedLength: Int
    let crc32: UInt32
    /// Left out where all elements are finite.
    let notFinite: NotFinite?
  }

  /// The elements of a tensor that are not finite.
  struct NotFinite: Encodable {
    let count: Int
    let firstIndex: Int
    /// As text, since JSON has no such numbers.
    let firstValue: String
  }

  /// A property: a text, or numbers one or many.
  enum Value: Encodable {
    case text(String)
    case integers([UInt64])
    case numbers([Double])

    init(_ value: Properties.Value) {
      switch value {
      case .text(let text): self = .text(text)
      case .integers(let integers): self = .integers(integers)
      case .numbers(let numbers): self = .numbers(numbers)
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      // As strings: readers of JSON may keep 53 bits of a number.
      case .integers(let integers):
        try container.encode(integers.map(\.description))
      case .numbers(let numbers): try container.encode(numbers)
      }
    }

    /// One line, without characters that would disturb it.
    var text: String {
      switch self {
      case .text(let text): Self.shortened(text)
      case .integers(let integers): Self.shortened(integers)
      case .numbers(let numbers): Self.shortened(numbers)
      }
    }

    private static func shortened(_ text: String) -> String {
      let scalars = text.unicodeScalars
      let shown = scalars.prefix(200).map { scalar in
        switch scalar.properties.generalCategory {
        case .control where scalar == "\n" || scalar == "\t": " "
        case .control, .format, .lineSeparator, .paragraphSeparator,
          .privateUse, .unassigned:
          scalar.escaped(asASCII: true)
        default: String(scalar)
        }
      }
      let rest = scalars.count - shown.count
      return shown.joined()
        + (rest > 0 ? " … and \(rest.groupedDescription) more" : "")
    }

    private static func shortened(_ numbers: [some LosslessStringConvertible])
      -> String
    {
      numbers.prefix(8).map(\.description).joined(separator: " ")
        + (numbers.count > 8 ? " … (\(numbers.count))" : "")
    }
  }

  /// What no use of the model takes, in words.
  private let nonFinite: NonFiniteReport?

  private enum CodingKeys: CodingKey {
    case version, fileLength, config, vocab, sections, tensors, metadata
    case training
  }

  /// Gathers what there is to say.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint.
  ///   - nonFinite: Its elements that are not finite.
  init(_ checkpoint: Checkpoint, _ nonFinite: [NonFiniteElements]) {
    self.nonFinite = NonFiniteReport(nonFinite)
    let configuration = checkpoint.manifest.configuration
    version = checkpoint.version.description
    fileLength = checkpoint.byteCount
    config = Config(
      nLayer: configuration.layerCount, nHead: configuration.headCount,
      nEmbd: configuration.embeddingWidth,
      blockSize: configuration.blockSize,
      vocabSize: configuration.vocabularySize,
      parameters: configuration.parameterCount)
    vocab = checkpoint.manifest.vocabulary.decode(
      checkpoint.manifest.vocabulary.scalars.indices)
    sections = checkpoint.sections.map {
      Section(
        tag: $0.tag, offset: $0.offset, length: $0.byteCount,
        crc32: $0.checksum)
    }
    tensors = checkpoint.tensors.enumerated().map { index, tensor in
      Tensor(
        name: tensor.descriptor.name, role: tensor.descriptor.role.name,
        dtype: tensor.descriptor.elementType.name,
        shape: tensor.descriptor.shape, codec: tensor.descriptor.codec.name,
        offset: tensor.offset, storedLength: tensor.storedByteCount,
        decodedLength: tensor.descriptor.byteCount, crc32: tensor.checksum,
        notFinite: nonFinite.first { $0.tensorIndex == index }.map {
          NotFinite(
            count: $0.count, firstIndex: $0.first.index,
            firstValue: "\($0.first.value)")
        })
    }
    metadata = checkpoint.manifest.metadata?.dictionary.mapValues(Value.init)
    training = checkpoint.manifest.trainingState?.dictionary
      .mapValues(Value.init)
  }

  /// One JSON object, keys sorted.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Tables for people.
  var text: String {
    """
    MicroGPT checkpoint, version \(version), \(fileLength.groupedDescription) bytes

    architecture  \(config.architecture), activation \(config.activation), \
    \(config.tying) head
    n_layer       \(config.nLayer)
    n_head        \(config.nHead)
    n_embd        \(config.nEmbd)
    block_size    \(config.blockSize)
    vocab_size    \(config.vocabSize), of which BOS is the last
    parameters    \(config.parameters.groupedDescription)
    vocabulary    \(shownVocabulary)

    \(sectionTable.text)
    \(tensorTable.text)\(nonFinite?.table ?? "")\
    \(properties("labels", metadata))\
    \(properties("training state", training))
    """
  }

  /// The characters, without those that would disturb the table.
  private var shownVocabulary: String {
    let shown = vocab.unicodeScalars.prefix(100).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator,
        .nonspacingMark, .privateUse, .unassigned, .spaceSeparator:
        scalar.escaped(asASCII: true) == " "
          ? "␠" : scalar.escaped(asASCII: true)
      default: String(scalar)
      }
    }
    let rest = vocab.unicodeScalars.count - shown.count
    return shown.joined()
      + (rest > 0 ? " … and \(rest.groupedDescription) more" : "")
  }

  private var sectionTable: TextTable {
    var table = TextTable(
      headings: ["section", "offset", "length", "crc32"],
      rightAligned: [1, 2, 3])
    for section in sections {
      table.append([
        section.tag, section.offset.groupedDescription,
        section.length.groupedDescription,
        section.tag == "DATA" ? "by tensor" : hexadecimal(section.crc32),
      ])
    }
    return table
  }

  private var tensorTable: TextTable {
    var table = TextTable(
      headings: [
        "tensor", "role", "dtype", "shape", "codec", "stored", "decoded",
        "ratio",
      ], rightAligned: [5, 6, 7])
    func ratio(_ decoded: Int, _ stored: Int) -> String {
      (Double(decoded) / Double(stored)).formatted(decimals: 2)
    }
    for tensor in tensors {
      table.append([
        tensor.name, tensor.role, tensor.dtype,
        tensor.shape.map(\.description).joined(separator: " × "),
        tensor.codec, tensor.storedLength.groupedDescription,
        tensor.decodedLength.groupedDescription,
        ratio(tensor.decodedLength, tensor.storedLength),
      ])
    }
    let stored = tensors.reduce(0) { $0 + $1.storedLength }
    let decoded = tensors.reduce(0) { $0 + $1.decodedLength }
    table.append([
      "\(tensors.count) tensors", "", "", "", "", stored.groupedDescription,
      decoded.groupedDescription, ratio(decoded, stored),
    ])
    return table
  }

  private func properties(
    _ heading: String, _ values: [String: Value]?
  ) -> String {
    guard let values else { return "" }
    var table = TextTable(headings: [heading, ""], rightAligned: [])
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      table.append([key, value.text])
    }
    return "\n" + table.text
  }

  private func hexadecimal(_ value: UInt32) -> String {
    zeroPadded(String(value, radix: 16), to: 8)
  }
}
