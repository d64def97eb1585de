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
  /// The distinct characters, or those given, and BOS.
  public let vocabulary: Vocabulary
  /// The number of characters, at least 1.
  public let characterCount: Int
  /// The SHA-256 of the text's bytes, as 64 hexadecimal digits.
  public let sha256: String

  /// Where the first character begins: behind the byte-order mark.
  let start: Int
  private let storage: FileBytes
  /// The token of each scalar, BOS for those that have none.
  private let tokenOf: [Int32]  // (greatest scalar + 1)

  /// Opens a text, in O(bytes): mapped if it is larger than
  /// `Checkpoint.OpeningMode.maximumCopiedByteCount`, else copied.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - vocabulary: That of the model to train; `nil` for the distinct
  ///     characters of the text.
  /// - Throws: ``TextCorpusError`` if it cannot be read, is no text or has
  ///   characters that the vocabulary lacks; no case is changed.
  public init(
    path: String, vocabulary: Vocabulary? = nil
  ) throws(TextCorpusError) {
    let storage: FileBytes
    do {
      storage = try FileBytes(path: path, mode: .automatic)
    } catch {
      throw .file(error)
    }
    try self.init(storage, vocabulary)
  }

  /// Takes a text from memory, in O(bytes).
  ///
  /// - Parameters:
  ///   - bytes: The text, which is copied.
  ///   - vocabulary: That of the model to train; `nil` for the distinct
  ///     characters of the text.
  /// - Throws: ``TextCorpusError`` if it is no text or has characters that the
  ///   vocabulary lacks; no case is changed.
  public init(
    bytes: Span<UInt8>, vocabulary: Vocabulary? = nil
  ) throws(TextCorpusError) {
    let storage: FileBytes
    do {
      storage = try bytes.withUnsafeBytes { bytes throws(CheckpointError) in
        try FileBytes(copying: bytes)
      }
    } catch {
      throw .file(error)
    }
    try self.init(storage, vocabulary)
  }

  private init(
    _ storage: FileBytes, _ vocabulary: Vocabulary?
  ) throws(TextCorpusError) {
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
    guard let present = Vocabulary(sorted: Array(scalars)) else {
      throw .empty
    }
    if let defect = present.defect(ofTextIn: bytes) {
      throw .notText("\(defect)")
    }
    let vocabulary = vocabulary ?? present
    let unknown = vocabulary.lacked(of: present)
    guard unknown.isEmpty else { throw .unknownCharacters(unknown) }
    let maximum = vocabulary.scalars[vocabulary.scalars.count - 1]
    var tokenOf = [Int32](
      repeating: Int32(vocabulary.bosToken), count: Int(maximum.value) + 1)
    for (token, scalar) in vocabulary.scalars.enumerated() {
      tokenOf[Int(scalar.value)] = Int32(token)
    }
    var hash = SHA256()
    hash.update(bytes)
    sha256 = hash.hexadecimalDigest()
    self.vocabulary = vocabulary
    self.storage = storage
    self.tokenOf = tokenOf
    characterCount = count
  }
}

// MARK: - Windows

extension TextCorpus {
  /// All bytes but the byte-order mark.
  var byteRange: Range<Int> { start..<storage.bytes.count }

  /// Calls a closure with each byte but those of a byte-order mark, CRLF and CR
  /// as LF.
  func forEachByte(_ body: (UInt8) -> Void) {
    let bytes = storage.bytes
    for offset in byteRange {
      let byte = bytes[offset]
      if byte == 10 && offset > start && bytes[offset - 1] == 13 { continue }
      body(byte == 13 ? 10 : byte)
    }
  }

  /// Calls a closure with the token of each character.
  func forEachToken(_ body: (Int) -> Void) {
    var characters = CharacterCursor(storage.bytes, at: start)
    while let scalar = characters.next() {
      // A file that has changed may have others.
      let isKnown = tokenOf.indices.contains(Int(scalar))
      body(isKnown ? Int(tokenOf[Int(scalar)]) : vocabulary.bosToken)
    }
  }

  /// Whether a character begins at a byte, and not within one or within CRLF.
  func beginsCharacter(at offset: Int) -> Bool {
    let byte = storage.bytes[offset]
    let isContinuation = byte & 0xC0 == 0x80
    let endsCRLF =
      byte == 10 && offset > start && storage.bytes[offset - 1] == 13
    return !isContinuation && !endsCRLF
  }

  /// Where a character begins: at a byte, or as soon as one does behind it.
  func character(from offset: Int) -> Int {
    var offset = offset
    while offset < byteRange.upperBound, !beginsCharacter(at: offset) {
      offset += 1
    }
    return offset
  }

  /// The number of characters in a range of bytes, in O(bytes).
  func characterCount(in range: Range<Int>) -> Int {
    var characters = CharacterCursor(storage.bytes, at: range.lowerBound)
    var count = 0
    while characters.offset < range.upperBound, characters.next() != nil {
      count += 1
    }
    return count
  }

  /// Where the character begins that is so many behind another, in O(count).
  func character(_ count: Int, behind offset: Int) -> Int {
    var characters = CharacterCursor(storage.bytes, at: offset)
    for _ in 0..<count {
      // A file that has changed may have fewer.
      guard characters.next() != nil else { break }
    }
    return characters.offset
  }

  /// The byte at which the last so many characters of a range begin, in
  /// O(count); `nil` if there are not so many.
  func startOfLast(_ count: Int, in range: Range<Int>) -> Int? {
    var offset = range.upperBound
    for _ in 0..<count {
      repeat {
        guard offset > range.lowerBound else { return nil }
        offset -= 1
      } while !beginsCharacter(at: offset)
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
  /// Its NUL characters show that it is UTF-16, UTF-32 or no text; the clause
  /// says which.
  case notText(String)
  /// It has no characters.
  case empty
  /// The vocabulary given lacks these of its characters, which strictly
  /// increase.
  case unknownCharacters([Unicode.Scalar])
}

extension TextCorpusError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .invalidUTF8(let offset): "the text is not UTF-8 at byte \(offset)"
    case .notText(let clause): clause
    case .empty: "the text is empty"
    case .unknownCharacters(let scalars): clause(onUnknown: scalars)
    }
  }
}
