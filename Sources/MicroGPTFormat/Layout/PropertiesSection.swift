import MicroGPTText

/// The sections oPTM and mETa: entries of a key and a typed value, sorted by
/// key.
///
/// Spec: section 9.
struct PropertiesSection {
  private static let textCode: UInt16 = 0
  private static let integersCode: UInt16 = 1
  private static let numbersCode: UInt16 = 2

  let properties: Properties

  init(_ properties: Properties) { self.properties = properties }

  /// Reads a section; the inverse of ``serialized()``.
  init(
    parsing section: Slice<UnsafeRawBufferPointer>, tag: SectionTag
  ) throws(FormatError) {
    var values: ValuesByKey<Properties.Value> = [:]
    var places: [Int] = []  // of the values, in the order of their keys
    var previous = ""
    var parser = ByteParser(section, context: tag.letters)
    while !parser.remaining.isEmpty {
      let keyLength: UInt16 = try parser.integer("key_length")
      let type: UInt16 = try parser.integer("type")
      let valueLength: UInt32 = try parser.integer("value_length")
      let keyOffset = parser.byteOffset
      let key = try Self.text(
        try parser.take(Int(keyLength), "key"), "key", parser)
      if let expected = Properties.defect(ofKey: key) {
        throw parser.error(
          .outOfRange, "key", at: keyOffset, found: quoted(key),
          expected: expected)
      }
      guard previous.precedes(key) else {
        throw parser.error(
          .wrongOrder, "key", at: keyOffset,
          found: "\(quoted(key)) after \(quoted(previous))",
          expected: "keys in strictly increasing order")
      }
      guard valueLength <= Properties.maximumValueByteCount else {
        throw parser.error(
          .outOfRange, key, found: "\(valueLength) bytes",
          expected: "at most \(Properties.maximumValueByteCount)")
      }
      let bytes = try parser.take(Int(valueLength), key)
      let value = try Self.parseValue(bytes, type: type, key: key, parser)
      if let expected = Properties.defect(of: value) {
        throw parser.error(
          .outOfRange, key, at: bytes.startIndex, found: "another value",
          expected: expected)
      }
      values[key] = value
      places.append(bytes.startIndex)
      previous = key
    }
    properties = Properties(checked: values)
    if let defect = tag.assignedKeys.firstDefect(in: properties) {
      let index = properties.keys.firstIndex {
        $0.isSame(as: defect.key)
      }
      throw parser.error(
        defect.reason, defect.key,
        at: index.map { places[$0] } ?? section.startIndex,
        found: defect.found, expected: defect.expected)
    }
  }

  private static func parseValue(
    _ bytes: Slice<UnsafeRawBufferPointer>, type: UInt16, key: String,
    _ context: ByteParser
  ) throws(FormatError) -> Properties.Value {
    if type == textCode {
      return .text(try text(bytes, key, context))
    }
    guard type == integersCode || type == numbersCode else {
      throw context.error(
        .unknownCode, key, at: bytes.startIndex, found: "the type \(type)",
        expected: "a type of version \(FormatVersion.current.description)")
    }
    guard bytes.count.isMultiple(of: 8) else {
      throw context.error(
        .wrongLayout, key, at: bytes.startIndex, found: "\(bytes.count) bytes",
        expected: "a multiple of 8")
    }
    var parser = ByteParser(bytes, context: context.context)
    var words: [UInt64] = []
    for _ in 0..<bytes.count / 8 {
      words.append(try parser.integer(key))
    }
    return type == integersCode
      ? .integers(words) : .numbers(words.map(Double.init(bitPattern:)))
  }

  private static func text(
    _ bytes: Slice<UnsafeRawBufferPointer>, _ field: String,
    _ context: ByteParser
  ) throws(FormatError) -> String {
    do {
      return try UTF8Text.string(of: bytes)
    } catch {
      throw context.error(
        .malformedText, field, at: bytes.startIndex,
        found: "the byte \(bytes[error.index])", expected: "well-formed UTF-8")
    }
  }

  /// The section's bytes; the inverse of ``init(parsing:tag:)``.
  func serialized() -> [UInt8] {
    var builder = ByteBuilder()
    for (key, value) in zip(properties.keys, properties.values) {
      var bytes = ByteBuilder()
      let type: UInt16
      switch value {
      case .text(let text):
        type = Self.textCode
        bytes.append(text.utf8)
      case .integers(let integers):
        type = Self.integersCode
        integers.forEach { bytes.append($0) }
      case .numbers(let numbers):
        type = Self.numbersCode
        numbers.forEach { bytes.append($0.bitPattern) }
      }
      builder.append(UInt16(key.utf8.count))
      builder.append(type)
      builder.append(UInt32(bytes.bytes.count))
      builder.append(key.utf8)
      builder.append(bytes.bytes)
    }
    return builder.bytes
  }
}
