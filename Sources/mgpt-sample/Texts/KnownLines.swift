import MicroGPTCommandLine
import MicroGPTSampler

/// The lines of a file as a model would write them.
struct KnownLines {
  /// The file in words.
  let name: String
  private var texts: Set<[UInt8]> = []

  /// Reads lines as the trainer does: each is a document, white space around it
  /// dropped.
  ///
  /// - Parameters:
  ///   - path: The file, `-` for standard input.
  ///   - model: The model, which has its own say about capitals; lines with
  ///     characters that it does not know it cannot write.
  /// - Throws: `CommandFailure` if the file cannot be read or is no UTF-8.
  init(_ path: String, _ model: LanguageModel) throws(CommandFailure) {
    let reader = try LineReader(path)
    name = reader.name
    var meter = MemoryMeter("the lines that are known")
    while let line = try reader.next() {
      for part in line.unicodeScalars.split(separator: "\r") {
        let document = Self.stripped(String(part))
        guard !document.isEmpty,
          let tokens = try? model.encode(String(document))
        else { continue }
        let text = [UInt8](model.decode(tokens).utf8)
        do { try meter.add(text.count + Self.byteCountOfEntry) } catch {
          throw .memory("\(name): \(error)")
        }
        texts.insert(text)
      }
    }
  }

  /// What an entry of a set of arrays takes beside its bytes.
  static let byteCountOfEntry = 64

  /// Whether a text of the model's is one of the lines.
  func contains(_ key: [UInt8]) -> Bool { texts.contains(key) }

  /// What a text is compared by: its UTF-8 without white space around it.
  static func key(_ text: String) -> [UInt8] {
    [UInt8](stripped(text).utf8)
  }

  /// A text without white space around it, as `str.strip` does it in Python.
  private static func stripped(_ text: String) -> Substring {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return text[first..<scalars.index(after: last)]
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80
      ? (0x09...0x0D).contains(scalar.value)
        || (0x1C...0x20).contains(scalar.value)
      : scalar.properties.isWhitespace
  }
}
