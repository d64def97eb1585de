import CMicroGPTKernels
import MicroGPTFormat

/// One long text to train on, of which a step takes windows at random.
///
/// The text stays in its bytes, mapped where it is a large file, and characters
/// are decoded where they are needed, so the memory in use does not grow with
/// the text. It is read as Python's text mode reads it: UTF-8, CRLF and CR as
/// LF; a byte-order mark at the start is dropped, nothing else is stripped.
///
/// A file must stay as it is while it is in use. Windows of one that is written
/// to all the same are tokens of the vocabulary, but of no text in particular.
public struct TextCorpus: Sendable {
  /// The distinct characters, and BOS.
  public let vocabulary: Vocabulary
  /// The number of characters, at least 1.
  public let characterCount: Int
  /// The SHA-256 of the text's bytes, as 64 hexadecimal digits.
  public let digest: String

  /// Where the first character begins: behind the byte-order mark.
  let start: Int
  private let storage: FileBytes
  /// The token of each scalar, BOS for those that do not occur.
  private let tokenOf: [Int32]  // (greatest scalar + 1)

  /// Opens a text, in O(bytes): mapped if it is larger than
  /// `OpeningMode.automaticLimit`, else copied.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``TextCorpusError`` if it cannot be read or is no text.
  public init(path: String) throws(TextCorpusError) {
    let storage: FileBytes
    do {
      storage = try FileBytes(path: path, mode: .automatic)
    } catch {
      throw .file(error)
    }
    try self.init(storage)
  }

  /// Takes a text from memory, in O(bytes).
  ///
  /// - Parameter bytes: The text, which is copied.
  /// - Throws: ``TextCorpusError`` if it is no text.
  public init(bytes: Span<UInt8>) throws(TextCorpusError) {
    try self.init(bytes.withUnsafeBytes { FileBytes(copying: $0) })
  }

  private init(_ storage: FileBytes) throws(TextCorpusError) {
    let bytes = storage.bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var characters = CharacterCursor(bytes, at: start)
    var isPresent = [Bool](repeating: false, count: 0x11_0000)
    var count = 0
    while let scalar = characters.next() {
      isPresent[Int(scalar)] = true
      count += 1
    }
    guard characters.isAtEnd else {
      throw .invalidUTF8(byteOffset: characters.offset)
    }
    let scalars = isPresent.indices.lazy.filter { isPresent[$0] }
      .compactMap { Unicode.Scalar(UInt32($0)) }
    guard let vocabulary = Vocabulary(sorted: Array(scalars)),
      let greatest = vocabulary.scalars.last
    else { throw .empty }
    var tokenOf = [Int32](
      repeating: Int32(vocabulary.bosToken), count: Int(greatest.value) + 1)
    for (token, scalar) in vocabulary.scalars.enumerated() {
      tokenOf[Int(scalar.value)] = Int32(token)
    }
    var hash = SHA256()
    hash.update(bytes)
    digest = hash.hexadecimalDigest()
    self.vocabulary = vocabulary
    self.storage = storage
    self.tokenOf = tokenOf
    characterCount = count
  }
}

// MARK: - Windows

extension TextCorpus {
  /// Whether a character begins at a byte, and not within one or within CRLF.
  func beginsCharacter(at offset: Int) -> Bool {
    let byte = storage.bytes[offset]
    let isContinuation = byte & 0xC0 == 0x80
    let endsCRLF =
      byte == 10 && offset > start && storage.bytes[offset - 1] == 13
    return !isContinuation && !endsCRLF
  }

  /// The byte at which the last so many characters begin, in O(count).
  func startOfLast(_ count: Int) -> Int {
    precondition(1...characterCount ~= count, "there are not so many")
    var offset = storage.bytes.count
    for _ in 0..<count where offset > start {
      // A file that has changed may have fewer.
      repeat {
        offset -= 1
      } while offset > start && !beginsCharacter(at: offset)
    }
    return offset
  }

  /// Writes BOS and the tokens of so many characters.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - offset: The byte at which the first begins.
  ///   - tokens: Room for BOS and as many tokens.
  func read(
    _ count: Int, from offset: Int, to tokens: UnsafeMutablePointer<Int32>
  ) {
    let bos = Int32(vocabulary.bosToken)
    var characters = CharacterCursor(storage.bytes, at: offset)
    tokens[0] = bos
    tokenOf.withUnsafeBufferPointer { tokenOf in
      for index in 1...count {
        let scalar = characters.next().map { Int($0) } ?? tokenOf.count
        tokens[index] = scalar < tokenOf.count ? tokenOf[scalar] : bos
      }
    }
  }

  /// Has a byte fetched into the cache.
  func prefetch(_ offset: Int) {
    if let start = storage.bytes.baseAddress { mgpt_prefetch(start + offset) }
  }
}

/// Why a text cannot serve as training data.
public enum TextCorpusError: Error, Sendable, Hashable {
  /// It cannot be read.
  case file(CheckpointError)
  /// It is not UTF-8; the offset is that of the first byte, from 0, of the
  /// first sequence that is none.
  case invalidUTF8(byteOffset: Int)
  /// It has no characters.
  case empty
}

extension TextCorpusError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .invalidUTF8(let offset): "the text is not UTF-8 at byte \(offset)"
    case .empty: "the text is empty"
    }
  }
}
